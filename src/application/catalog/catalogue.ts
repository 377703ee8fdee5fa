import { Injectable } from '@nestjs/common';
import type { Offering } from '../../domain/catalog/offering.js';
import type { OffsetProvider } from '../../domain/provider/provider.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { callFor } from '../orders/provider-call.js';
import { offeringId } from './offering-id.js';

/** Reading a catalogue is never worth a caller's patience. */
const CATALOGUE_DEADLINE_MS = 10_000;

interface Shelf {
  readonly readAtMs: number;
  readonly offerings: Promise<readonly Offering[]>;
}

/**
 * What can be bought now, kept in memory for as long as the provider allows and nowhere else: some providers' terms
 * forbid storing their project data. Reads that come together share one call; a failed read is not kept.
 */
@Injectable()
export class Catalogue {
  private readonly shelves = new Map<string, Shelf>();

  constructor(private readonly providers: ProviderDirectory) {}

  /** Rejects with whatever the provider's read rejected with. */
  offeringsOf(provider: OffsetProvider): Promise<readonly Offering[]> {
    const kept = this.shelves.get(provider.id);
    if (kept && performance.now() - kept.readAtMs < provider.capabilities.catalogueMaxAgeMs) return kept.offerings;
    const offerings = provider.offerings(callFor('catalogue', null, CATALOGUE_DEADLINE_MS));
    const shelf = { readAtMs: performance.now(), offerings };
    this.shelves.set(provider.id, shelf);
    offerings.catch(() => {
      if (this.shelves.get(provider.id) === shelf) this.shelves.delete(provider.id);
    });
    return offerings;
  }

  /** The offering with this id, of whichever provider; null when no readable catalogue has it. */
  async find(id: string): Promise<Offering | null> {
    const catalogues = await Promise.allSettled(this.providers.all().map((provider) => this.offeringsOf(provider)));
    const offerings = catalogues.flatMap((read) => (read.status === 'fulfilled' ? read.value : []));
    return offerings.find((offering) => offeringId(offering) === id) ?? null;
  }
}
