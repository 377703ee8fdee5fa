import { Injectable } from '@nestjs/common';
import type { Offering } from '../../domain/catalog/offering.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { callFor } from '../providers/provider-call.js';

/** A caller would rather be told that a catalog cannot be read than wait longer for it. */
const CATALOG_DEADLINE_MS = 10_000;

/** Within our quota, a read that a purchase needs comes before polls of orders, one for browsing after them. */
export type ReadPriority = 'purchase' | 'browse';

interface CacheEntry {
  readonly readAtMs: number;
  readonly offerings: Promise<readonly Offering[]>;
  /** The priority of the read while it is under way. A purchase does not wait for a read of low priority. */
  waitsAs: ReadPriority | null;
}

/**
 * What can be bought now, kept in memory for as long as the provider allows and nowhere else: some providers' terms
 * forbid storing their project data. Reads that come together share one call; a failed read is not kept.
 */
@Injectable()
export class Catalog {
  private readonly entries = new Map<string, CacheEntry>();

  /** Rejects with what the provider's read rejected with. */
  async offeringsOf(provider: OffsetProvider, priority: ReadPriority): Promise<readonly Offering[]> {
    const cached = this.entries.get(provider.id);
    const isFresh = cached && performance.now() - cached.readAtMs < provider.capabilities.catalogMaxAgeMs;
    if (isFresh && (priority === 'browse' || cached.waitsAs !== 'browse')) return cached.offerings;
    const call = { ...callFor('catalog', null, CATALOG_DEADLINE_MS), isAwaited: priority === 'purchase' };
    const entry: CacheEntry = {
      readAtMs: performance.now(),
      offerings: provider.offerings(call).then(eachOnce),
      waitsAs: priority,
    };
    this.entries.set(provider.id, entry);
    try {
      const offerings = await entry.offerings;
      entry.waitsAs = null;
      return offerings;
    } catch (thrown) {
      if (this.entries.get(provider.id) === entry) this.entries.delete(provider.id);
      throw thrown;
    }
  }
}

/** A list may hold one twice, as when its pages shift while they are read. The first counts. */
const eachOnce = (offerings: readonly Offering[]): readonly Offering[] => {
  const seen = new Set<string>();
  return offerings.filter(({ providerOfferingId: id }) => !seen.has(id) && seen.add(id));
};
