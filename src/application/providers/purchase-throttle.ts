import { Injectable, Logger } from '@nestjs/common';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import { FAILURES_TO_PAUSE, PAUSE_MS, PROBE_DEADLINE_MS, RETRY_AFTER_429_MS } from '../../domain/providers/throttle.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import { ProviderQuotasRepository } from '../../persistence/providers/provider-quotas.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { callFor } from './provider-call.js';

/** When purchases are paused, and how a pause ends: asked by a read, never by a purchase. */
@Injectable()
export class PurchaseThrottle {
  private readonly logger = new Logger('providers');

  constructor(
    private readonly providers: ProviderDirectory,
    private readonly health: ProviderHealthRepository,
    private readonly quotas: ProviderQuotasRepository,
  ) {}

  /** 0: the provider takes purchases; else after how many milliseconds to ask again. */
  async pausedForMs(provider: OffsetProvider): Promise<number> {
    const pause = await this.health.pauseOf(provider.id);
    return pause && !(await this.isBack(provider)) ? Math.max(1_000, pause.probeInMs) : 0;
  }

  /** Asks after every paused provider whose time has come, so that a pause ends even when no order waits for it. */
  async askPaused(): Promise<void> {
    for (const id of (await this.health.pauses('purchases')).keys()) {
      const provider = this.providers.find(id);
      if (provider) await this.isBack(provider);
    }
  }

  /**
   * What came of a purchase, for the provider's health; null is a purchase that went through. `failures`: how many in a row
   * had gone without a response when it was sent.
   */
  async report(provider: OffsetProvider, error: ProviderError | null, failures: number): Promise<void> {
    if (error?.reason === 'credentials' || error?.reason === 'insufficient_credit') {
      this.logger.warn({ provider: provider.id, reason: error.reason }, 'purchases are paused');
      return this.health.pause(provider.id, 'purchases', error.reason, PAUSE_MS[error.reason]);
    }
    if (error === null || error.failure === 'rejected')
      return failures > 0 ? this.health.resume(provider.id, 'purchases') : undefined;
    if (error.reason === 'rate_limited')
      return this.quotas.slowDown(provider.id, error.at.retryAfterMs ?? RETRY_AFTER_429_MS);
    if (failures + 1 >= FAILURES_TO_PAUSE)
      this.logger.warn({ provider: provider.id, reason: 'unavailable' }, 'purchases are paused');
    await this.health.countFailure(provider.id, 'purchases', PAUSE_MS.unavailable);
  }

  /** One process at a time asks. */
  private async isBack(provider: OffsetProvider): Promise<boolean> {
    if (!(await this.health.claimProbe(provider.id, 'purchases', PAUSE_MS.unavailable))) return false;
    // An order that cannot exist: any response that it does not, under our key, shows that the provider is back.
    const back = await provider.fetchStatus('probe', callFor('probe', null, PROBE_DEADLINE_MS)).then(
      () => true,
      () => false,
    );
    if (!back) return false;
    await this.health.resumeOnTrial(provider.id);
    this.logger.log({ provider: provider.id }, 'purchases go again, on trial');
    return true;
  }
}
