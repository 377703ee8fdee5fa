import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { providerProbed } from '../../domain/audit/operator-acts.js';
import { AppError } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { ReadThrottledError, type FailureReason, type ProviderError } from '../../domain/providers/provider-error.js';
import { AuditRepository } from '../../persistence/audit/audit.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { probe } from '../providers/probe.js';

export const PROBE_RESULTS = {
  answered: 'it has answered to our key',
  refused: 'it is there, and has refused the read',
  no_answer: 'it has not answered, or nothing that can be read',
  not_asked: 'reads are paused, or the quota is used up: it was not asked',
} as const;
export type ProbeResult = keyof typeof PROBE_RESULTS;

export interface Probe {
  readonly provider: string;
  readonly result: ProbeResult;
  /** Null where it has answered. */
  readonly reason: FailureReason | null;
  readonly tookMs: number;
  readonly at: Date;
}

/**
 * Asks a provider whether it is there, by a read within its quota. It is a read like any other: it lifts no pause of
 * purchases, which ends by a probe of its own.
 */
@Injectable()
export class ProbeProvider {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly audit: AuditRepository,
  ) {}

  /** Throws `provider_not_enabled`. */
  async run(id: string, by: RequestActor): Promise<Probe> {
    const provider = this.providers.find(id);
    if (!provider)
      throw new AppError('provider_not_enabled', 'This provider is not enabled here; see GET /v1/providers.');
    const startedMs = performance.now();
    const failed = await probe(provider);
    const tookMs = Math.round(performance.now() - startedMs);
    await this.audit.record(applied(by, providerProbed(id)));
    return {
      provider: id,
      result: resultOf(failed),
      reason: failed && failed.reason,
      tookMs,
      at: new Date(),
    };
  }
}

const resultOf = (failed: ProviderError | null): ProbeResult => {
  if (failed === null) return 'answered';
  if (failed instanceof ReadThrottledError) return 'not_asked';
  return failed.failure === 'rejected' || failed.reason === 'credentials' || failed.reason === 'rate_limited'
    ? 'refused'
    : 'no_answer';
};
