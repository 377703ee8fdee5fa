import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Quote } from '../../domain/quotes/quote.js';
import { QuotesRepository } from '../../persistence/quotes/quotes.repository.js';

@Injectable()
export class FindQuote {
  constructor(private readonly quotes: QuotesRepository) {}

  /** `tenantId` null sees all. Another tenant's quote is as missing as one that never was. */
  async run(id: string, tenantId: string | null): Promise<Quote> {
    const quote = await this.quotes.find(id, tenantId);
    if (!quote) throw new AppError('quote_not_found', 'There is no such quote.');
    return quote;
  }
}
