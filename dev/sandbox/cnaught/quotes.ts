import { decided, jsonResponse, jsonObjectFrom, type Call, type Decision } from '../http-messages.js';
import type { CnaughtCatalog } from './cnaught-catalog.js';
import { invalidParameters } from './cnaught-problems.js';
import { FieldReader } from './field-reader.js';
import type { Subaccounts } from './subaccounts.js';

/** Prices without an id and without an end: nothing is kept. */
export class Quotes {
  constructor(
    private readonly catalog: CnaughtCatalog,
    private readonly subaccounts: Subaccounts,
  ) {}

  /** `massOf` reads the kilograms out of what is asked. */
  create(call: Call, massOf: (fields: FieldReader) => number): Decision {
    const subaccount = this.subaccounts.of(call);
    if ('refusal' in subaccount) return decided(subaccount.refusal);
    const fields = new FieldReader(jsonObjectFrom(call.body));
    const amountKg = massOf(fields);
    const portfolio = this.catalog.chosen(fields, subaccount.row?.defaultPortfolioId ?? null);
    const source = fields.optionalText('source', 512) ?? 'api';
    if (source !== 'api' && source !== 'checkout') fields.refuse('source', 'The source must be api or checkout.');
    const list = source === 'checkout' ? 'checkout' : 'api';
    const price = this.catalog.priceUsdCents(fields, portfolio, list, amountKg);
    if (fields.errors !== null) return decided(invalidParameters(fields.errors));
    return decided(jsonResponse(200, { amount_kg: amountKg, price_usd_cents: price }));
  }
}

export const byMass = (fields: FieldReader): number => fields.positiveNumber('amount_kg');
