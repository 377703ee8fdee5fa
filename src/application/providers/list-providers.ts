import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ReadThrottledError } from '../../domain/providers/provider-error.js';
import { PAUSE_REASONS, type Pause, type PauseReason } from '../../domain/providers/throttle.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { ReadCatalogs } from '../catalog/read-catalogs.js';

export { PAUSE_REASONS, type PauseReason };

export const PROVIDER_HEALTHS = ['ok', 'failing', 'unknown'] as const;
export type ProviderHealth = (typeof PROVIDER_HEALTHS)[number];

export interface ListedProvider {
  readonly provider: OffsetProvider;
  /**
   * Whether it can be read: its catalog, now or within the time it may be kept, and how orders stand there.
   * `unknown`: no response yet, or not asked for want of quota.
   */
  readonly health: ProviderHealth;
  /** Null: it takes orders. */
  readonly pause: Pause | null;
}

/** Who asks how the providers are does not wait for one that hangs. */
const PATIENCE_MS = 2_000;

@Injectable()
export class ListProviders {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalogs: ReadCatalogs,
    private readonly health: ProviderHealthRepository,
  ) {}

  async run(): Promise<readonly ListedProvider[]> {
    const [pauses, unread] = await Promise.all([this.health.pauses('purchases'), this.health.pauses('status')]);
    const patience = setTimeout(PATIENCE_MS, 'unknown' as const, { ref: false });
    return Promise.all(
      this.providers.all().map(async (provider): Promise<ListedProvider> => {
        const health = unread.has(provider.id) ? 'failing' : await Promise.race([this.healthOf(provider), patience]);
        return { provider, health, pause: pauses.get(provider.id) ?? null };
      }),
    );
  }

  private async healthOf(provider: OffsetProvider): Promise<ProviderHealth> {
    const read = await this.catalogs.of(provider, 'browse');
    if ('offerings' in read) return 'ok';
    // That our own quota is used up says nothing about the provider.
    return read.error instanceof ReadThrottledError && read.error.reason === 'rate_limited' ? 'unknown' : 'failing';
  }
}
