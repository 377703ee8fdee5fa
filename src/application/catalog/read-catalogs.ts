import { Injectable } from '@nestjs/common';
import type { Offering } from '../../domain/catalog/offering.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { Catalog, type Reader } from './catalog.js';

/** One provider's catalogue, or why it could not be read. */
export type CatalogRead =
  | { readonly provider: OffsetProvider; readonly offerings: readonly Offering[] }
  | { readonly provider: OffsetProvider; readonly error: ProviderError };

/** Every enabled provider's catalogue side by side. Nobody is silently missing: who cannot be read says why. */
@Injectable()
export class ReadCatalogs {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalogue: Catalog,
  ) {}

  async run(reader: Reader, only: string | null = null): Promise<readonly CatalogRead[]> {
    const asked = this.providers.all().filter(({ id }) => only === null || id === only);
    return Promise.all(asked.map((provider) => this.of(provider, reader)));
  }

  async of(provider: OffsetProvider, reader: Reader): Promise<CatalogRead> {
    try {
      return { provider, offerings: await this.catalogue.offeringsOf(provider, reader) };
    } catch (thrown) {
      return { provider, error: provider.classifyError(thrown, 'offerings') };
    }
  }
}
