import { Decimal } from 'decimal.js';
import { grams, type Grams } from '../../domain/mass.js';
import {
  clues,
  decimal,
  evidence,
  exactText,
  identifier,
  instant,
  NO_CLUES,
  nullable,
  object,
  oneOf,
  ownField,
  rows,
  text,
  wholeNumber,
  type Decoded,
  type Decoder,
} from '../kit/decode.js';
import { ProviderProtocolError } from '../kit/protocol-error.js';

/** One Tribe's responses, as far as this gateway reads them. Field names are documented. */

const GRAMS_PER_TONNE = 1_000_000;

/** Whole tonnes, up to the billion that a mass may be. */
const tonnes: Decoder<Grams> = (value, path, unread) =>
  grams(wholeNumber(1, 1e9)(value, path, unread) * GRAMS_PER_TONNE);

/** A fraction: 0.2 is 20 %. Above 1 it is a percentage after all, and would make a price wrong a hundredfold. */
const fraction: Decoder<Decimal> = (value, path, unread) => {
  const exact = decimal(value, path, unread);
  if (exact.lessThanOrEqualTo(1)) return exact;
  throw new ProviderProtocolError('unreadable_answer', `${path} must be a fraction of at most 1`);
};

/** Metadata is free JSON, and other people's transactions are in the same list: anything but a text is not ours. */
const looseText = (value: unknown, name: string): string | null => {
  const found = ownField(value, name);
  return typeof found === 'string' && found !== '' ? found : null;
};

/** Compared with what was sent, so every character stays as it came. */
const metadata: Decoder<{ readonly orderReference: string | null; readonly beneficiaryName: string | null }> = (
  value,
) => ({
  orderReference: looseText(value, 'order_reference'),
  beneficiaryName: looseText(value, 'beneficiary_name'),
});

/** How our order reference begins the description, which is for people. */
export const REFERENCE = 'order_reference=';

const IN_DESCRIPTION = new RegExp(`^${REFERENCE}(\\S+)`);

const describedReference = (description: string | null): string | null =>
  IN_DESCRIPTION.exec(description ?? '')?.[1] ?? null;

const transactionFields = object({
  transaction_id: identifier,
  project_id: identifier,
  transaction_type: oneOf(['purchase']),
  quantity: tonnes,
  status: oneOf(['ordered', 'accepted', 'retired', 'completed']),
  description: nullable(exactText),
  metadata,
  createdAt: instant,
  updatedAt: evidence(instant),
});

/**
 * The order reference is in the metadata or, should those not come back, in the description. Two that differ are
 * refused: neither can be believed.
 */
export const transactionWire: Decoder<
  Decoded<typeof transactionFields> & { readonly orderReference: string | null }
> = (value, path, unread) => {
  const fields = transactionFields(value, path, unread);
  const inMetadata = fields.metadata.orderReference;
  const described = describedReference(fields.description);
  if (inMetadata !== null && described !== null && inMetadata !== described)
    throw new ProviderProtocolError('unreadable_answer', `${path}: metadata and description name different orders`);
  return { ...fields, orderReference: inMetadata ?? described };
};
export type TransactionWire = Decoded<typeof transactionWire>;

const page = object({ page: wholeNumber(1), limit: wholeNumber(1), total: wholeNumber(0) });
export type PageWire = Decoded<typeof page>;

const transactionClues = clues({
  transaction_id: identifier,
  createdAt: instant,
  metadata: (value: unknown) => looseText(value, 'order_reference'),
  description: (value: unknown, path: string) => describedReference(exactText(value, path)),
});

export const transactionListWire = object({ data: rows(transactionWire, transactionClues), meta: page });
export type TransactionRow = Decoded<typeof transactionListWire>['data'][number];

export const projectWire = object({
  project_id: identifier,
  title: evidence(text),
  description: evidence(text),
  country: evidence(text),
  category: evidence(text),
  registry_type: evidence(text),
  min_volume: nullable(decimal),
  pricing: object({ base_price_per_ton: decimal, vat_rate: fraction }),
  project_status: oneOf(['active', 'pending', 'archived']),
});
export type ProjectWire = Decoded<typeof projectWire>;

export const projectListWire = object({ data: rows(projectWire, NO_CLUES), meta: page });
