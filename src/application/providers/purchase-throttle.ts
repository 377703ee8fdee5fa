import { Injectable } from '@nestjs/common';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import type { ProviderId } from '../../domain/providers/calls.js';
import { PAUSE_MS, RETRY_AFTER_429_MS, type Pause } from '../../domain/providers/throttle.js';
import type { StandingSwitch, SwitchOperation } from '../../domain/switches/switch.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import { ProviderQuotasRepository } from '../../persistence/providers/provider-quotas.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { FarSides } from './far-sides.js';
import { probe } from './probe.js';
import { ProviderPauses } from './provider-pauses.js';

/** Decides when purchases at a provider are paused. A read, never a purchase, finds out whether a pause can end. */
@Injectable()
export class PurchaseThrottle {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly farSides: FarSides,
    private readonly health: ProviderHealthRepository,
    private readonly quotas: ProviderQuotasRepository,
    private readonly providerPauses: ProviderPauses,
  ) {}

  /** What keeps such purchases of a tenant from the provider: a pause, and what people have switched off. */
  async stopsOf(
    provider: ProviderId,
    tenantId: string,
    operation: SwitchOperation,
  ): Promise<{ readonly pause: Pause | null; readonly switchedOff: StandingSwitch | null }> {
    const { pause, switchedOff } = await this.health.stopsOf(provider, tenantId, operation);
    return { pause: this.farSides.pauseOf(provider) ?? pause, switchedOff };
  }

  /** The same of every provider that is paused. */
  async pauses(): Promise<ReadonlyMap<ProviderId, Pause>> {
    const known = await this.health.pauses('purchases');
    const pauses = this.providers.all().flatMap(({ id }) => {
      const pause = this.farSides.pauseOf(id) ?? known.get(id);
      return pause ? [[id, pause] as const] : [];
    });
    return new Map(pauses);
  }

  /** @returns 0 if the provider takes purchases, otherwise after how many milliseconds to ask again. */
  async pausedForMs(provider: OffsetProvider): Promise<number> {
    const elsewhere = this.farSides.pauseOf(provider.id);
    if (elsewhere) return elsewhere.probeInMs;
    const pause = await this.health.pauseOf(provider.id);
    return pause && !(await this.isBack(provider)) ? Math.max(1_000, pause.probeInMs) : 0;
  }

  /** Probes every paused provider whose probe is due, so that a pause ends even if no order waits for it. */
  async probePaused(): Promise<void> {
    for (const id of (await this.health.pauses('purchases')).keys()) {
      const provider = this.providers.find(id);
      if (provider) await this.isBack(provider);
    }
  }

  /**
   * Records how a purchase ended, for the provider's health; `error` is null if it went through. `failures`: how many
   * purchases in a row had no response when this one was sent.
   */
  async report(provider: OffsetProvider, error: ProviderError | null, failures: number): Promise<void> {
    if (error?.reason === 'credentials' || error?.reason === 'insufficient_credit')
      return this.providerPauses.begin(provider.id, 'purchases', error.reason);
    if (error === null || error.failure === 'rejected')
      return failures > 0 ? this.providerPauses.end(provider.id, 'purchases') : undefined;
    if (error.reason === 'rate_limited')
      return this.quotas.slowDown(provider.id, error.at.retryAfterMs ?? RETRY_AFTER_429_MS);
    await this.providerPauses.countFailure(provider.id, 'purchases');
  }

  /** Only the process that claims the probe asks. */
  private async isBack(provider: OffsetProvider): Promise<boolean> {
    if (!(await this.health.claimProbe(provider.id, 'purchases', PAUSE_MS.unavailable))) return false;
    const back = await probe(provider).then(
      (failed) => failed === null,
      () => false,
    );
    if (!back) return false;
    await this.providerPauses.endOnTrial(provider.id);
    return true;
  }
}
