import { Injectable } from '@nestjs/common';
import { allBuckets, shareLeft, type Pause } from '../../domain/providers/throttle.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { SummaryRepository, type Summary } from '../../persistence/ops/summary.repository.js';
import { stopsPurchasesAt, type Switch } from '../../domain/switches/switch.js';
import { SwitchesRepository } from '../../persistence/switches/switches.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { DefaultLimits } from '../limits/default-limits.js';
import { PurchaseThrottle } from '../providers/purchase-throttle.js';

/** A task that has been due for so long has nobody to run it. */
const OVERDUE_MS = 60_000;

export { MOST_COUNTED } from '../../persistence/ops/summary.repository.js';

export interface ProviderSummary {
  readonly id: string;
  /** `failing`: the latest purchases had no response, and one more of those pauses it. */
  readonly purchases: 'ok' | 'failing' | 'paused' | 'switched_off';
  readonly pause: Pause | null;
  readonly quota: readonly {
    readonly limit: string;
    /** From 0 to 1. */
    readonly shareLeft: number;
    readonly pace: number;
    readonly blockedUntil: Date | null;
  }[];
}

export interface OpsSummary extends Omit<Summary, 'failures' | 'quotas'> {
  readonly providers: readonly ProviderSummary[];
  /** Those that are on, the oldest first. */
  readonly switches: readonly Switch[];
}

/** How things stand, for a screen that asks every few seconds. */
@Injectable()
export class ReadSummary {
  constructor(
    private readonly summaries: SummaryRepository,
    private readonly providers: ProviderDirectory,
    private readonly throttle: PurchaseThrottle,
    private readonly standing: SwitchesRepository,
    private readonly defaults: DefaultLimits,
  ) {}

  async run(): Promise<OpsSummary> {
    const all = this.providers.all();
    const [summary, pauses, switches] = await Promise.all([
      this.summaries.read(
        all.map(({ id }) => id),
        OVERDUE_MS,
        this.defaults.limits.monthUsd,
      ),
      this.throttle.pauses(),
      this.standing.standing(),
    ]);
    return {
      ...summary,
      switches,
      providers: all.map((provider) => providerSummary(provider, summary, pauses.get(provider.id) ?? null, switches)),
    };
  }
}

const providerSummary = (
  provider: OffsetProvider,
  summary: Summary,
  pause: Pause | null,
  switches: readonly Switch[],
): ProviderSummary => {
  const { id, capabilities } = provider;
  const isSwitchedOff = switches.some(({ scope }) => scope.tenantId === null && stopsPurchasesAt(scope, id));
  const failures = summary.failures.find((each) => each.provider === id)?.failures ?? 0;
  return {
    id,
    purchases: pause ? 'paused' : isSwitchedOff ? 'switched_off' : failures > 0 ? 'failing' : 'ok',
    pause,
    quota: allBuckets(capabilities.quota).map((bucket) => {
      const level = summary.quotas.find(({ provider: of, limit }) => of === id && limit === bucket.name);
      // Nobody has drawn on it yet.
      if (!level) return { limit: bucket.name, shareLeft: 1, pace: 1, blockedUntil: null };
      const { pace, blockedUntil } = level;
      return { limit: bucket.name, shareLeft: shareLeft(bucket, level), pace, blockedUntil };
    }),
  };
};
