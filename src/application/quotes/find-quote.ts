import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Quote } from '../../domain/quotes/quote.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { QuotesRepository } from '../../persistence/quotes/quotes.repository.js';

@Injectable()
export class FindQuote {
  constructor(private readonly quotes: QuotesRepository) {}

  /** Throws `quote_not_found` for another tenant's quote too, so that ids cannot be probed. */
  async run(id: string, scope: TenantScope): Promise<Quote> {
    const quote = await (scope === 'all_tenants'
      ? this.quotes.findAny(id)
      : this.quotes.findForTenant(id, scope.tenantId));
    if (!quote) throw new AppError('quote_not_found', 'There is no such quote.');
    return quote;
  }
}
