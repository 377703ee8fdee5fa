import { Injectable } from '@nestjs/common';
import type { Offering } from '../../domain/catalog/offering.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { Catalog } from './catalog.js';
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

/**
 * What a catalog is read for. A purchase needs it as fresh as its provider asks for, and one whose caller does not wait
 * takes what can be had in a moment. For browsing, what is known already will do.
 */
export type CatalogUse = 'purchase' | 'unawaited_purchase' | 'browse';

/** Every enabled provider's catalog side by side. One that cannot be read is in the list with the reason, never left out. */
@Injectable()
export class ReadCatalogs {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalog: Catalog,
  ) {}

  begin(use: CatalogUse, only: string | null = null): readonly Promise<CatalogRead>[] {
    const asked = this.providers.all().filter(({ id }) => only === null || id === only);
    return asked.map((provider) => this.read(provider, use));
  }

  private async read(provider: OffsetProvider, use: CatalogUse): Promise<CatalogRead> {
    switch (use) {
      case 'purchase':
        return this.forPurchase(provider);
      case 'unawaited_purchase':
        return { provider, offerings: await this.catalog.soonKnown(provider), error: null, readAt: null };
      case 'browse':
        return this.shown(provider);
    }
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
