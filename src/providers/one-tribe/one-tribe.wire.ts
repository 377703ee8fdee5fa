import { Decimal } from 'decimal.js';
import { grams, type Grams } from '../../domain/mass.js';
import {
  decimal,
  identifier,
  instant,
  list,
  nullable,
  object,
  oneOf,
  ownField,
  text,
  wholeNumber,
  type Decoded,
  type Decoder,
} from '../kit/decode.js';
import { ProviderProtocolError } from '../kit/protocol-error.js';

/** One Tribe's responses, as far as this gateway reads them. Field names are documented. */

const GRAMS_PER_TONNE = 1_000_000;

/** Whole tonnes, up to the billion that a mass may be. */
const tonnes: Decoder<Grams> = (value, path) => grams(wholeNumber(1, 1e9)(value, path) * GRAMS_PER_TONNE);

/** A fraction: 0.2 is 20 %. Above 1 it is a percentage after all, and would make a price wrong a hundredfold. */
const fraction: Decoder<Decimal> = (value, path) => {
  const exact = decimal(value, path);
  if (exact.lessThanOrEqualTo(1)) return exact;
  throw new ProviderProtocolError('unreadable_answer', `${path} must be a fraction of at most 1`);
};

/** Metadata is free JSON, and other people's transactions are in the same list: anything but a text is not ours. */
const looseText =
  (name: string): Decoder<string | null> =>
  (value) => {
    const found = ownField(value, name);
    return typeof found === 'string' && found !== '' ? found : null;
  };

const metadata: Decoder<{ readonly orderReference: string | null; readonly beneficiaryName: string | null }> = (
  value,
  path,
) => ({
  orderReference: looseText('order_reference')(value, path),
  beneficiaryName: looseText('beneficiary_name')(value, path),
});

export const transactionWire = object({
  transaction_id: identifier,
  project_id: identifier,
  transaction_type: oneOf(['purchase']),
  quantity: tonnes,
  status: oneOf(['ordered', 'accepted', 'retired', 'completed']),
  description: nullable(text),
  metadata,
  createdAt: instant,
});
export type TransactionWire = Decoded<typeof transactionWire>;

const page = object({ page: wholeNumber(1), limit: wholeNumber(1), total: wholeNumber(0) });
export type PageWire = Decoded<typeof page>;

export const transactionListWire = object({ data: list(transactionWire), meta: page });

export const projectWire = object({
  project_id: identifier,
  title: text,
  description: nullable(text),
  country: nullable(text),
  category: nullable(text),
  registry_type: nullable(text),
  min_volume: nullable(decimal),
  pricing: object({ base_price_per_ton: decimal, vat_rate: fraction }),
  project_status: oneOf(['active', 'pending', 'archived']),
});
export type ProjectWire = Decoded<typeof projectWire>;

export const projectListWire = object({ data: list(projectWire), meta: page });
