import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { OPERATION_CLASSES, type OperationClass } from '../../domain/providers/calls.js';
import type { Pause } from '../../domain/providers/throttle.js';
import { ProviderHealthRepository, type ClassHealth } from '../../persistence/providers/provider-health.repository.js';
import { ProviderCallsRepository, type CallsOfHour } from '../../persistence/providers/provider-calls.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { ReadSummary, type ProviderSummary } from './read-summary.js';

/** What fits a screen; older ones are in the metrics. */
const FAILURES_SHOWN = 20;

/** How a provider stands, each class of calls by itself. */
export interface ProviderState extends ProviderSummary {
  readonly name: string;
  readonly classes: readonly {
    readonly operationClass: OperationClass;
    readonly state: 'ok' | 'failing' | 'paused' | 'switched_off';
    /** In a row without a response. */
    readonly failures: number;
    readonly pause: Pause | null;
  }[];
}

export interface InspectedProvider {
  readonly provider: ProviderState;
  /** What has failed there within a day, the latest first; what failed alike within an hour is one. */
  readonly failures: readonly CallsOfHour[];
}

@Injectable()
export class InspectProviders {
  constructor(
    private readonly summary: ReadSummary,
    private readonly health: ProviderHealthRepository,
    private readonly calls: ProviderCallsRepository,
    private readonly providers: ProviderDirectory,
  ) {}

  /** All that are enabled. */
  async run(): Promise<readonly ProviderState[]> {
    const [{ providers }, health] = await Promise.all([this.summary.run(), this.health.read()]);
    return providers.map((provider) => ({
      ...provider,
      name: this.providers.get(provider.id).displayName,
      classes: OPERATION_CLASSES.map((operationClass) => classOf(provider, operationClass, health)),
    }));
  }

  /** Throws `provider_not_enabled`. */
  async find(id: string): Promise<InspectedProvider> {
    const [all, failures] = await Promise.all([this.run(), this.calls.failures(id, FAILURES_SHOWN)]);
    const provider = all.find((each) => each.id === id);
    if (!provider)
      throw new AppError('provider_not_enabled', 'This provider is not enabled here; see GET /v1/providers.');
    return { provider, failures };
  }
}

/** Purchases are as the summary says: what people have switched off, and an account that is another, count there. */
const classOf = (
  { id, purchases, pause: purchasesPause }: ProviderSummary,
  operationClass: OperationClass,
  health: readonly ClassHealth[],
): ProviderState['classes'][number] => {
  const known = health.find((row) => row.provider === id && row.operationClass === operationClass);
  const failures = known?.failures ?? 0;
  if (operationClass === 'purchases') return { operationClass, state: purchases, failures, pause: purchasesPause };
  const pause = known?.pause ?? null;
  return { operationClass, state: pause ? 'paused' : failures > 0 ? 'failing' : 'ok', failures, pause };
};
