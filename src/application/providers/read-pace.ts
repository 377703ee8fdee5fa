import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ProviderError } from '../../domain/provider/provider-error.js';
import { WRITES, type Operation } from '../../domain/provider/provider.js';
import { ProviderQuotasRepository } from '../../persistence/provider-quotas.repository.js';
import type { AdmitRead, CallReport } from '../../providers/provider-directory.js';

/** The share of a quota that a read leaves to what matters more: purchases first, then how orders stand, then prices. */
const RESERVE: Readonly<Record<Operation, number>> = {
  placeOrder: 0,
  createCheckout: 0,
  cancel: 0,
  fetchStatus: 0.2,
  fetchCheckout: 0.2,
  listOrders: 0.2,
  quote: 0.2,
  offerings: 0.5,
};

/** A read that would have to wait longer than this for its turn is put off instead. */
const MAX_WAIT_MS = 5_000;

/** Keeps reads within the quota that all processes share, and behind purchases. */
@Injectable()
export class ReadPace {
  constructor(private readonly quotas: ProviderQuotasRepository) {}

  readonly admit: AdmitRead = async ({ provider, operation, quota, signal }) => {
    for (let waitedMs = 0; ;) {
      const waitMs = await this.quotas.take(provider, quota, 'reads', RESERVE[operation]);
      if (waitMs === 0) return;
      if (waitedMs + waitMs > MAX_WAIT_MS)
        throw new ProviderError('not_sent', 'rate_limited', 'the quota of the provider is used up for the moment', {
          provider,
          operation,
          retryAfterMs: Math.ceil(waitMs),
        });
      await setTimeout(waitMs, undefined, { signal });
      waitedMs += waitMs;
    }
  };

  /** A read that was told 429 slows everybody down; of writes the engine tells the gate itself. */
  async hear({ provider, operation, reason, upstreamStatus }: CallReport): Promise<void> {
    if (reason === 'rate_limited' && upstreamStatus === 429 && !WRITES.has(operation))
      await this.quotas.slowDown(provider, 1_000);
  }
}
