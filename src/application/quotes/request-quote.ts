import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Quote } from '../../domain/quotes/quote.js';
import { QuotesRepository } from '../../persistence/quotes/quotes.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { FindOffering } from '../catalog/find-offering.js';
import { withinMs } from '../within-ms.js';
import { CollectOffers, type OfferRequest } from './collect-offers.js';

export type QuoteCommand = Omit<OfferRequest, 'offering' | 'texts' | 'maxTotal'> & {
  readonly offeringId: string | null;
};

/** The offers of all providers that can serve, stored so that one can be bought by its id. */
@Injectable()
export class RequestQuote {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly findOffering: FindOffering,
    private readonly offers: CollectOffers,
    private readonly quotes: QuotesRepository,
  ) {}

  async run(command: QuoteCommand, tenantId: string): Promise<Quote> {
    for (const id of command.providers ?? [])
      if (!this.providers.find(id)) throw new AppError('provider_not_enabled', 'A named provider is not enabled here.');
    const { offeringId: id, waitMs } = command;
    const offering = id === null ? null : await withinMs(this.findOffering.run(id, 'purchase'), waitMs);
    if (id !== null && !offering)
      throw new AppError('provider_unavailable', `The offering could not be found within ${waitMs / 1000} s.`);
    const collected = await this.offers.run({ ...command, offering, texts: null, maxTotal: null });
    return this.quotes.create({ tenantId, requestedMass: command.mass, ...collected });
  }
}
