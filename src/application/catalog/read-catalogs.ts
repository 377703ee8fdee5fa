import { Injectable } from '@nestjs/common';
import type { Offering } from '../../domain/catalog/offering.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { Catalog, type ReadPriority } from './catalog.js';
import { failureOf } from '../providers/failure-of.js';

/** One provider's catalog, or why it could not be read. */
export type CatalogRead =
  | { readonly provider: OffsetProvider; readonly offerings: readonly Offering[] }
  | { readonly provider: OffsetProvider; readonly error: ProviderError };

/** Every enabled provider's catalog side by side. One that cannot be read is in the list with the reason, never left out. */
@Injectable()
export class ReadCatalogs {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalog: Catalog,
  ) {}

  async run(priority: ReadPriority, only: string | null = null): Promise<readonly CatalogRead[]> {
    const asked = this.providers.all().filter(({ id }) => only === null || id === only);
    return Promise.all(asked.map((provider) => this.of(provider, priority)));
  }

  async of(provider: OffsetProvider, priority: ReadPriority): Promise<CatalogRead> {
    try {
      return { provider, offerings: await this.catalog.offeringsOf(provider, priority) };
    } catch (thrown) {
      return { provider, error: failureOf(provider, thrown, 'offerings') };
    }
  }
}
