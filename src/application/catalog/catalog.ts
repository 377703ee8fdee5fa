import { Injectable } from '@nestjs/common';
import type { Offering } from '../../domain/catalog/offering.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { callFor } from '../providers/provider-call.js';

/** Reading a catalogue is never worth a caller's patience. */
const CATALOGUE_DEADLINE_MS = 10_000;

/** A buyer's read takes its turn within our quota before looks at orders, a visitor's after them. */
export type Reader = 'buyer' | 'visitor';

interface CacheEntry {
  readonly readAtMs: number;
  readonly offerings: Promise<readonly Offering[]>;
  /** Whether it waits for a visitor's turn: no place to wait in for a buyer. */
  isVisitors: boolean;
}

/**
 * What can be bought now, kept in memory for as long as the provider allows and nowhere else: some providers' terms
 * forbid storing their project data. Reads that come together share one call; a failed read is not kept.
 */
@Injectable()
export class Catalog {
  private readonly shelves = new Map<string, CacheEntry>();

  /** Rejects with whatever the provider's read rejected with. */
  async offeringsOf(provider: OffsetProvider, reader: Reader): Promise<readonly Offering[]> {
    const kept = this.shelves.get(provider.id);
    const isFresh = kept && performance.now() - kept.readAtMs < provider.capabilities.catalogMaxAgeMs;
    const isVisitors = reader === 'visitor';
    if (isFresh && (isVisitors || !kept.isVisitors)) return kept.offerings;
    const call = { ...callFor('catalogue', null, CATALOGUE_DEADLINE_MS), isAwaited: !isVisitors };
    const shelf: CacheEntry = { readAtMs: performance.now(), offerings: provider.offerings(call), isVisitors };
    this.shelves.set(provider.id, shelf);
    try {
      const offerings = await shelf.offerings;
      shelf.isVisitors = false;
      return offerings;
    } catch (thrown) {
      if (this.shelves.get(provider.id) === shelf) this.shelves.delete(provider.id);
      throw thrown;
    }
  }
}
