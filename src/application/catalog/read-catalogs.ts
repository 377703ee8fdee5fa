import { Injectable } from '@nestjs/common';
import type { Offering } from '../../domain/catalog/offering.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { Catalog, type ReadPriority } from './catalog.js';
import { failureOf } from '../providers/failure-of.js';

/** What is known of one provider's catalog. */
export interface CatalogRead {
  readonly provider: OffsetProvider;
  /** Null if it could not be read. */
  readonly offerings: readonly Offering[] | null;
  /** Why the latest read failed; null if it did not, or has not ended yet. */
  readonly error: ProviderError | null;
  /** When the provider last answered or failed to; null if it has done neither. */
  readonly readAt: Date | null;
}

/** Every enabled provider's catalog side by side. One that cannot be read is in the list with the reason, never left out. */
@Injectable()
export class ReadCatalogs {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalog: Catalog,
  ) {}

  /** For a purchase as fresh as the provider asks for; for browsing what is known already. */
  async run(priority: ReadPriority, only: string | null = null): Promise<readonly CatalogRead[]> {
    const asked = this.providers.all().filter(({ id }) => only === null || id === only);
    return Promise.all(
      asked.map((provider) => (priority === 'browse' ? this.shown(provider) : this.forPurchase(provider))),
    );
  }

  async shown(provider: OffsetProvider): Promise<CatalogRead> {
    const { offerings, failure, readAt } = await this.catalog.shown(provider);
    return { provider, offerings, error: failure && failureOf(provider, failure.thrown, 'offerings'), readAt };
  }

  private async forPurchase(provider: OffsetProvider): Promise<CatalogRead> {
    try {
      return { provider, offerings: await this.catalog.offeringsOf(provider), error: null, readAt: null };
    } catch (thrown) {
      return { provider, offerings: null, error: failureOf(provider, thrown, 'offerings'), readAt: null };
    }
  }
}
