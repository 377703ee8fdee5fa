import { Injectable } from '@nestjs/common';
import type { Offering } from '../../domain/catalog/offering.js';
import { AppError } from '../../domain/errors.js';
import type { ReadPriority } from './catalog.js';
import { offeringId } from './offering-id.js';
import { ReadCatalogs } from './read-catalogs.js';

@Injectable()
export class FindOffering {
  constructor(private readonly catalogs: ReadCatalogs) {}

  /**
   * Looks in one provider's catalog, or in all. Throws `offering_not_found` only when each of them could be read and none
   * has it.
   */
  async run(id: string, priority: ReadPriority, only: string | null = null): Promise<Offering> {
    const reads = await this.catalogs.run(priority, only);
    const offerings = reads.flatMap((read) => read.offerings ?? []);
    const found = offerings.find((offering) => offeringId(offering) === id);
    if (found) return found;
    const unread = reads.find((read) => read.offerings === null);
    if (unread)
      throw new AppError('provider_unavailable', `${unread.provider.displayName} could not be read just now.`, {
        retryAfterMs: 5_000,
      });
    throw new AppError('offering_not_found', 'There is no such offering.');
  }
}
