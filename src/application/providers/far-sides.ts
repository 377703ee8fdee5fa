import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { explainElsewhere, type Here } from '../../domain/providers/far-side.js';
import type { ProviderId } from '../../domain/providers/calls.js';
import { PAUSE_MS, type Pause } from '../../domain/providers/throttle.js';
import { FarSidesRepository } from '../../persistence/providers/far-sides.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { Metrics } from '../../telemetry/metrics.js';

/** The database did not respond, or takes no writes. */
const RETRY_MS = 1_000;

interface View {
  readonly here: Here;
  /** When this process found open orders at another account; null if there are none. */
  readonly elsewhereSince: Date | null;
}

/**
 * Which account this process calls at each provider, and whether the database has open orders at another one. Then the
 * provider is paused for this process, and only for this one: a second gateway with a wrong key must not stop the right
 * one. It ends when those orders have, or when an operator confirms that the account is the same.
 */
@Injectable()
export class FarSides implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('providers');
  private readonly views = new Map<ProviderId, View>();
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly providers: ProviderDirectory,
    private readonly farSides: FarSidesRepository,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Before any worker runs and any request is served. A server that takes no writes, as a standby, does not stop the
   * start: readiness tells, and nothing is bought until the accounts are on record.
   */
  async onModuleInit(): Promise<void> {
    await this.keepLooking();
  }

  onModuleDestroy(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** @throws Error while the account is not on record yet; whatever needed it is tried again. */
  here(provider: ProviderId): Here {
    const view = this.views.get(provider);
    if (!view) throw new Error(`The account at ${provider} is not on record yet: the database has not taken it`);
    return view.here;
  }

  /** @returns null unless the database has open orders at another account of the provider. */
  pauseOf(provider: ProviderId): Pause | null {
    const since = this.views.get(provider)?.elsewhereSince;
    if (!since) return null;
    const probeInMs = PAUSE_MS.other_account;
    return { reason: 'other_account', since, probeAt: new Date(Date.now() + probeInMs), probeInMs };
  }

  private async keepLooking(): Promise<void> {
    const delayMs = await this.look().then(
      () => PAUSE_MS.other_account,
      () => RETRY_MS,
    );
    if (this.isStopped) return;
    this.timer = setTimeout(() => void this.keepLooking(), delayMs);
    this.timer.unref();
  }

  /** Asks the database again. */
  async look(): Promise<void> {
    for (const { id } of this.providers.all()) {
      const farSide = this.providers.farSideOf(id);
      if (!this.views.has(id)) await this.farSides.register(farSide);
      const { account, elsewhere } = await this.farSides.view(farSide);
      const before = this.views.get(id)?.elsewhereSince ?? null;
      const elsewhereSince = elsewhere.length > 0 ? (before ?? new Date()) : null;
      this.views.set(id, { here: { id: farSide.id, account: new Set(account) }, elsewhereSince });
      this.metrics.showElsewhere(id, elsewhereSince !== null);
      if (elsewhereSince && !before) this.logger.error({ provider: id }, explainElsewhere(farSide, elsewhere));
      if (before && !elsewhereSince) this.logger.log({ provider: id }, 'no open order is at another account any more');
    }
  }
}
