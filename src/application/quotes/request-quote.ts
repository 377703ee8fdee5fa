import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { BuyerLimits } from '../../domain/limits/purchase-limits.js';
import type { Quote } from '../../domain/quotes/quote.js';
import { QuotesRepository } from '../../persistence/quotes/quotes.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { FindOffering } from '../catalog/find-offering.js';
import { ApplyLimits } from '../limits/apply-limits.js';
import { within } from '../within.js';
import { CollectOffers, type OfferRequest } from './collect-offers.js';

export type QuoteCommand = Omit<
  OfferRequest,
  'offering' | 'texts' | 'maxTotal' | 'tenantId' | 'purpose' | 'leftMs' | 'limits'
> & {
  readonly offeringId: string | null;
};

/** Who asks, and what they may buy, defaults not included. */
export interface QuoteAsker {
  readonly tenantId: string;
  readonly limits: BuyerLimits;
}

/** The offers of all providers that can serve, stored so that one can be bought by its id. */
@Injectable()
export class RequestQuote {
  constructor(
    private readonly providers: ProviderDirectory,
    private readonly findOffering: FindOffering,
    private readonly offers: CollectOffers,
    private readonly limits: ApplyLimits,
    private readonly quotes: QuotesRepository,
  ) {}

  async run(command: QuoteCommand, { tenantId, limits }: QuoteAsker): Promise<Quote> {
    const unknown = command.providers?.find((id) => !this.providers.knows(id));
    if (unknown !== undefined)
      throw new AppError('provider_not_enabled', `There is no provider ${unknown}; see GET /v1/providers.`);
    const startedAtMs = performance.now();
    const { offeringId: id, waitMs } = command;
    const offering =
      id === null ? null : await within(waitMs, this.findOffering.run(id, 'purchase'), () => notFoundIn(waitMs));
    const leftMs = Math.max(1, Math.ceil(waitMs - (performance.now() - startedAtMs)));
    const asker = { tenantId, purpose: 'quote', leftMs, limits: this.limits.of(limits) } as const;
    const collected = await this.offers.run({ ...command, ...asker, offering, texts: null, maxTotal: null });
    return this.quotes.create({ tenantId, requestedMass: command.mass, ...collected });
  }
}

const notFoundIn = (waitMs: number): never => {
  throw new AppError('provider_unavailable', `The offering could not be found within ${waitMs / 1000} s.`, {
    retryAfterMs: 5_000,
  });
};
