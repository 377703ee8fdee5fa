import { Injectable } from '@nestjs/common';
import type { Offering } from '../../domain/catalog/offering.js';
import { AppError } from '../../domain/errors.js';
import { offeringId } from './offering-id.js';
import { ReadCatalogs, type CatalogRead, type CatalogUse } from './read-catalogs.js';

@Injectable()
export class FindOffering {
  constructor(private readonly catalogs: ReadCatalogs) {}

  /**
   * Looks in one provider's catalog, or in all, and waits for no other once it is found. Throws `offering_not_found` only
   * when each of them could be read and none has it.
   */
  async run(id: string, use: CatalogUse, only: string | null = null): Promise<Offering> {
    const reading = this.catalogs.begin(use, only);
    const found = await Promise.any(reading.map((read) => search(read, id))).catch(() => null);
    if (found) return found;
    const reads = await Promise.all(reading);
    const unread = reads.find((read) => read.offerings === null);
    if (unread)
      throw new AppError('provider_unavailable', `${unread.provider.displayName} could not be read just now.`, {
        retryAfterMs: 5_000,
      });
    throw new AppError('offering_not_found', 'There is no such offering.');
  }
}

const search = async (read: Promise<CatalogRead>, id: string): Promise<Offering> => {
  const found = (await read).offerings?.find((offering) => offeringId(offering) === id);
  if (!found) throw new Error('not in this catalog');
  return found;
};
