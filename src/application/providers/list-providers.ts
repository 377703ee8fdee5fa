import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { OffsetProvider } from '../../domain/provider/provider.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { ReadCatalogues } from '../catalog/read-catalogues.js';

export const PROVIDER_HEALTHS = ['ok', 'failing', 'unknown'] as const;

export interface ListedProvider {
  readonly provider: OffsetProvider;
  /** Whether its catalogue could be read, now or within the time it may be kept; `unknown`: no answer yet. */
  readonly health: (typeof PROVIDER_HEALTHS)[number];
  /** It refuses our credentials or credit: nothing can be bought there until somebody mends that. */
  readonly paused: boolean;
}

/** Who asks how the providers are does not wait for one that hangs. */
const PATIENCE_MS = 2_000;

@Injectable()
export class ListProviders {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly catalogues: ReadCatalogues,
  ) {}

  async run(): Promise<readonly ListedProvider[]> {
    const patience = setTimeout(PATIENCE_MS, null, { ref: false });
    return Promise.all(
      this.providers.all().map(async (provider): Promise<ListedProvider> => {
        const read = await Promise.race([this.catalogues.of(provider), patience]);
        if (read === null) return { provider, health: 'unknown', paused: false };
        if ('error' in read) return { provider, health: 'failing', paused: read.error.pausesProvider };
        return { provider, health: 'ok', paused: false };
      }),
    );
  }
}
