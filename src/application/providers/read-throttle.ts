import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ReadThrottledError, type ProviderError } from '../../domain/providers/provider-error.js';
import { CLASS_OF, type Operation, type ProviderCall } from '../../domain/providers/provider.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import { ProviderQuotasRepository, type ReadTurn } from '../../persistence/providers/provider-quotas.repository.js';
import type { AdmitRead, AdmittedRead, CallReport } from '../../providers/provider-directory.js';
import { CALL_DEADLINE_MS, LEASE_MARGIN_MS } from '../purchases/engine-settings.js';

/** What an order waits for that is not bought yet, or in doubt, leaves this share of a quota to purchases. */
const AWAITED_RESERVE = 0.1;

/**
 * The share that a read leaves to what matters more: purchases first, then what they wait for, then how orders stand,
 * then the catalogue for whoever only looks.
 */
const RESERVE: Readonly<Record<Operation, number>> = {
  placeOrder: 0,
  createCheckout: 0,
  cancel: 0,
  listOrders: AWAITED_RESERVE,
  quote: AWAITED_RESERVE,
  fetchStatus: 0.2,
  fetchCheckout: 0.2,
  offerings: 0.5,
};

/** A read that would have to wait longer than this for its turn is put off instead. */
const MAX_WAIT_MS = 5_000;

/** How long reads that were not answered are left, before one of them may try. */
const STOP_MS = 15_000;

/** No read lasts longer, so a second one tries only when the first has ended, or its process has. */
const PROBE_MS = CALL_DEADLINE_MS + LEASE_MARGIN_MS;

/** When another read is trying just now. */
const AFTER_PROBE_MS = 1_000;

/**
 * Keeps reads within the quota that all processes share, behind purchases, and away from a provider that does not
 * answer them. Reads that are stopped are let in again by one of them: it alone goes, and its end decides.
 */
@Injectable()
export class ReadThrottle {
  /** Calls of which a read has gone. */
  private readonly begun = new WeakSet<ProviderCall>();

  constructor(
    private readonly quotas: ProviderQuotasRepository,
    private readonly health: ProviderHealthRepository,
  ) {}

  readonly admit: AdmitRead = async (read) => {
    const { provider, operation, quota, call } = read;
    const at = { provider, operation };
    // What takes several reads goes on before another begins: what it has read by then would be read in vain.
    const share = this.begun.has(call) ? 0.5 : 1;
    const reserve = share * (call.isAwaited ? AWAITED_RESERVE : RESERVE[operation]);
    for (let waitedMs = 0; ;) {
      const turn = await this.quotas.takeForRead(provider, CLASS_OF[operation], quota, reserve);
      const { waitMs, probeInMs } = turn;
      if (probeInMs !== null && probeInMs > 0) throw new ReadThrottledError('unavailable', at, probeInMs);
      if (waitMs === 0) return this.begin(read, reserve, turn);
      if (waitedMs + waitMs > MAX_WAIT_MS) throw new ReadThrottledError('rate_limited', at, waitMs);
      await setTimeout(waitMs, undefined, { signal: call.signal });
      waitedMs += waitMs;
    }
  };

  /** The provider says that nothing is left of its quota; somebody else may use the account too. */
  async recordQuotaHeader({ provider, quotaBackInMs }: CallReport): Promise<void> {
    if (quotaBackInMs !== null) await this.quotas.slowDown(provider, quotaBackInMs);
  }

  private async begin(
    { provider, operation, quota, call }: Parameters<AdmitRead>[0],
    reserve: number,
    { failures, probeInMs }: ReadTurn,
  ): Promise<AdmittedRead> {
    this.begun.add(call);
    const operationClass = CLASS_OF[operation];
    const isProbe = probeInMs !== null;
    if (isProbe && !(await this.health.claimProbe(provider, operationClass, PROBE_MS)))
      throw new ReadThrottledError('unavailable', { provider, operation }, AFTER_PROBE_MS);
    return {
      mayRepeat: async () => (await this.quotas.take(provider, quota, 'reads', reserve)) === 0,
      ended: async (failed) => {
        if (failed && isSilence(failed))
          return isProbe
            ? this.health.pause(provider, operationClass, 'unavailable', STOP_MS)
            : this.health.countFailure(provider, operationClass, STOP_MS);
        if (isProbe || failures > 0) await this.health.resume(provider, operationClass);
        // A read that was told 429 slows everybody down; of writes the engine tells the gate itself.
        if (failed?.at.upstreamStatus === 429) await this.quotas.slowDown(provider, 1_000);
      },
    };
  }
}

/** Whatever else a provider says to a read, a refusal or what nobody understands: it is there. */
const isSilence = ({ reason }: ProviderError): boolean => reason === 'unavailable' || reason === 'timed_out';
