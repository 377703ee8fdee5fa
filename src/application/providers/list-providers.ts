import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ReadThrottledError } from '../../domain/providers/provider-error.js';
import { PAUSE_REASONS, type Pause, type PauseReason } from '../../domain/providers/throttle.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { PurchaseThrottle } from './purchase-throttle.js';
import { ReadCatalogs } from '../catalog/read-catalogs.js';

export { PAUSE_REASONS, type PauseReason };

export const PROVIDER_HEALTHS = ['ok', 'failing', 'unknown'] as const;
export type ProviderHealth = (typeof PROVIDER_HEALTHS)[number];

export interface ListedProvider {
  readonly provider: OffsetProvider;
  /**
   * Whether its catalog and the state of orders can be read; a cached catalog counts. `unknown`: no response yet, or
   * our quota had no slot to ask.
   */
  readonly health: ProviderHealth;
  /** Null if it takes orders. */
  readonly pause: Pause | null;
}

/** A cached catalog says nothing then: the provider refuses our key, or the orders are not at the account of the key. */
const LETS_NOTHING_READ: ReadonlySet<PauseReason> = new Set<PauseReason>(['credentials', 'other_account']);

/** The list does not wait longer than this for a provider that hangs. */
const WAIT_MS = 2_000;

@Injectable()
export class ListProviders {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalogs: ReadCatalogs,
    private readonly throttle: PurchaseThrottle,
    private readonly health: ProviderHealthRepository,
  ) {}

  async run(): Promise<readonly ListedProvider[]> {
    const [pauses, unread] = await Promise.all([this.throttle.pauses(), this.health.pauses('status')]);
    const timeout = setTimeout(WAIT_MS, 'unknown' as const, { ref: false });
    return Promise.all(
      this.providers.all().map(async (provider): Promise<ListedProvider> => {
        const pause = pauses.get(provider.id) ?? null;
        const isUnread = unread.has(provider.id) || (pause !== null && LETS_NOTHING_READ.has(pause.reason));
        const health = isUnread ? 'failing' : await Promise.race([this.healthOf(provider), timeout]);
        return { provider, health, pause };
      }),
    );
  }

  private async healthOf(provider: OffsetProvider): Promise<ProviderHealth> {
    const read = await this.catalogs.of(provider, 'browse');
    if ('offerings' in read) return 'ok';
    // Our own quota is used up, which says nothing about the provider.
    return read.error instanceof ReadThrottledError && read.error.reason === 'rate_limited' ? 'unknown' : 'failing';
  }
}
