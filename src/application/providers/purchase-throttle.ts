import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { ProviderHealthRepository, type PauseReason } from '../../persistence/providers/provider-health.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { ProviderQuotasRepository } from '../../persistence/providers/provider-quotas.repository.js';
import { callFor } from './provider-call.js';

/** How long a provider is left alone before it is asked, by a read, whether it is back. */
const PAUSE_MS: Readonly<Record<PauseReason, number>> = {
  unavailable: 15_000,
  credentials: 60_000,
  insufficient_credit: 300_000,
};

/** A call that would have to wait longer than this for its turn is put off instead. */
const MAX_WAIT_MS = 2_000;

const PROBE_DEADLINE_MS = 10_000;

/**
 * Decides whether a purchase may go to its provider now: not while the provider is paused, and not faster than its
 * quota. Asked before an attempt is opened, so that no attempt ever waits inside.
 */
@Injectable()
export class PurchaseThrottle {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly health: ProviderHealthRepository,
    private readonly quotas: ProviderQuotasRepository,
  ) {}

  /** 0: it takes purchases; else in how many milliseconds that is worth asking again. */
  async pausedForMs(provider: OffsetProvider): Promise<number> {
    const pause = await this.health.pauseOf(provider.id);
    return pause && !(await this.isBack(provider)) ? Math.max(1_000, pause.probeInMs) : 0;
  }

  /** 0: one purchase's place in the quota is taken; else in how many milliseconds there will be one. */
  async takeTurn(provider: OffsetProvider): Promise<number> {
    for (let waitedMs = 0; ;) {
      const waitMs = await this.quotas.take(provider.id, provider.capabilities.quota, 'writes', 0);
      if (waitMs === 0 || waitedMs + waitMs > MAX_WAIT_MS) return waitMs;
      await setTimeout(waitMs);
      waitedMs += waitMs;
    }
  }

  /** Asks after every paused provider whose time has come, so that a pause ends even when no order waits for it. */
  async askPaused(): Promise<void> {
    for (const id of (await this.health.pauses('purchases')).keys()) {
      const provider = this.providers.find(id);
      if (provider) await this.isBack(provider);
    }
  }

  /** What came of a purchase, for the provider's health: null is a purchase that went through. */
  async report(provider: OffsetProvider, error: ProviderError | null): Promise<void> {
    if (error?.reason === 'credentials' || error?.reason === 'insufficient_credit')
      return this.health.pause(provider.id, 'purchases', error.reason, PAUSE_MS[error.reason]);
    if (error === null || error.failure === 'rejected') return this.health.resume(provider.id, 'purchases');
    if (error.reason === 'rate_limited') return this.quotas.slowDown(provider.id, error.at.retryAfterMs ?? 1_000);
    await this.health.countFailure(provider.id, 'purchases', PAUSE_MS.unavailable);
  }

  /** Asks by a read, never by a purchase; one process at a time. */
  private async isBack(provider: OffsetProvider): Promise<boolean> {
    if (!(await this.health.claimProbe(provider.id, 'purchases', PAUSE_MS.unavailable))) return false;
    // An order that cannot exist: any answer that it does not, under our key, is what we want to hear.
    const back = await provider.fetchStatus('probe', callFor('probe', null, PROBE_DEADLINE_MS)).then(
      () => true,
      () => false,
    );
    if (back) await this.health.resumeOnTrial(provider.id);
    return back;
  }
}
