import { Injectable } from '@nestjs/common';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ReadThrottledError } from '../../domain/providers/provider-error.js';
import { PAUSE_REASONS, type Pause, type PauseReason } from '../../domain/providers/throttle.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { ReadCatalogs, type CatalogRead } from '../catalog/read-catalogs.js';

export { PAUSE_REASONS, type PauseReason };

export const PROVIDER_HEALTHS = ['ok', 'failing', 'unknown'] as const;
export type ProviderHealth = (typeof PROVIDER_HEALTHS)[number];

export interface ListedProvider {
  readonly provider: OffsetProvider;
  /**
   * Whether its catalog and the state of orders could be read when last tried. `unknown`: no response yet, or our quota
   * had no slot to ask.
   */
  readonly health: ProviderHealth;
  /** When its catalog was last read or could not be; null if it has not been. */
  readonly checkedAt: Date | null;
  /** Null if it takes orders. */
  readonly pause: Pause | null;
}

@Injectable()
export class ListProviders {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalogs: ReadCatalogs,
    private readonly health: ProviderHealthRepository,
  ) {}

  async run(): Promise<readonly ListedProvider[]> {
    const [pauses, unread] = await Promise.all([this.health.pauses('purchases'), this.health.pauses('status')]);
    return Promise.all(
      this.providers.all().map(async (provider): Promise<ListedProvider> => {
        const read = await this.catalogs.shown(provider);
        const health = unread.has(provider.id) ? 'failing' : healthFrom(read);
        return { provider, health, checkedAt: read.readAt, pause: pauses.get(provider.id) ?? null };
      }),
    );
  }
}

const healthFrom = ({ offerings, error }: CatalogRead): ProviderHealth => {
  // Our own quota is used up, which says nothing about the provider.
  const isOurs = error instanceof ReadThrottledError && error.reason === 'rate_limited';
  if (error && !isOurs) return 'failing';
  return offerings ? 'ok' : 'unknown';
};
