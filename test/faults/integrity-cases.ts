import type { ReviewReason } from '../../src/domain/orders/review.js';
import type { Fault } from '../../dev/sandbox/index.js';
import type { SceneName } from './integrity-scenes.js';

/**
 * What becomes of the order on such a response. Three leave it as it was: `waits` to be asked again, `refused` before
 * anything was sent, and a reason, which hands it to a person. `harmless`: nothing is read from what was changed, or
 * what is left is true, so the response may be applied, and the facts kept of it are the ledger's.
 */
export type Outcome = 'waits' | 'refused' | 'harmless' | ReviewReason;

export interface Case {
  readonly scene: SceneName;
  readonly what: string;
  readonly fault: Fault;
  readonly outcome: Outcome;
}

type Row = readonly [what: string, fault: Fault, outcome: Outcome];

const set = (path: string, value: unknown): Fault => ({ kind: 'set_field', path, value });
const without = (path: string): Fault => ({ kind: 'delete_field', path });
const word: Fault = { kind: 'unknown_status' };
/** Own keys of these names, as a JSON text may have them. */
const hostile = (inner: string): unknown => JSON.parse(`{"__proto__":${inner},"constructor":{"prototype":${inner}}}`);

const DISAGREES = 'answer_disagrees';
const UNREADABLE = 'unreadable_answer';
const OTHER_ORDER = 'order_reference=ord_00000000000000000000000000';
const SCRIPT = 'javascript:alert(1)';

const TABLE: Readonly<Record<SceneName, readonly Row[]>> = {
  'CNaught’s purchase': [
    ['a kilogram less', set('amount_kg', 99), DISAGREES],
    ['the mass in grams', set('amount_kg', 100_000), DISAGREES],
    ['the mass in tonnes', set('amount_kg', 0.1), DISAGREES],
    ['a mass below zero', set('amount_kg', -100), 'waits'],
    ['no mass at all: 0', set('amount_kg', 0), 'waits'],
    ['a mass of 1e308', set('amount_kg', 1e308), 'waits'],
    ['"NaN" for a mass', set('amount_kg', 'NaN'), 'waits'],
    ['the mass with its unit', set('amount_kg', '100 kg'), 'waits'],
    ['the mass in an object', set('amount_kg', { value: 100 }), 'waits'],
    ['the mass in a list', set('amount_kg', [100]), 'waits'],
    ['the right mass as a text', set('amount_kg', '100'), 'harmless'],
    ['the mass missing', without('amount_kg'), 'waits'],
    ['a higher price within the limit', set('price_usd_cents', 250), DISAGREES],
    ['a price above the limit', set('price_usd_cents', 20_000), DISAGREES],
    ['the price in dollars', set('price_usd_cents', 2), DISAGREES],
    ['a price of null', set('price_usd_cents', null), 'waits'],
    ['a price of "1e3"', set('price_usd_cents', '1e3'), 'waits'],
    ['the id missing', without('id'), 'waits'],
    ['an id of null', set('id', null), 'waits'],
    ['a number for an id', set('id', 42), 'waits'],
    ['an id with spaces', set('id', 'a b'), 'waits'],
    ['the reference of another order', set('metadata', OTHER_ORDER), DISAGREES],
    ['the reference missing', without('metadata'), DISAGREES],
    ['an object for the reference', set('metadata', hostile('{"startsWith":1}')), 'waits'],
    ['an unknown status word', word, 'waits'],
    ['a status that every object has', set('state', '__proto__'), 'waits'],
    ['a number for a status', set('state', 1), 'waits'],
    ['the status in a list', set('state', ['placed']), 'waits'],
    ['a creation time of "yesterday"', set('created_on', 'yesterday'), 'waits'],
    ['a script for a certificate', set('certificate_public_url', SCRIPT), 'harmless'],
    ['an object for the allocations', set('project_allocations', {}), 'waits'],
    ['another order number, which is not read', set('order_number', '0'), 'harmless'],
    ['keys of a prototype, which is not read', set('subaccount_id', hostile('{"id":"x"}')), 'harmless'],
  ],
  'One Tribe’s purchase': [
    ['a tonne more', set('quantity', 3), DISAGREES],
    ['the mass in kilograms', set('quantity', 2_000), DISAGREES],
    ['half a tonne more', set('quantity', 2.5), 'waits'],
    ['the mass as a text', set('quantity', '2'), 'waits'],
    ['a mass of 1e300', set('quantity', 1e300), 'waits'],
    ['the id missing', without('transaction_id'), 'waits'],
    ['another project', set('project_id', 'sbx-peat-01'), DISAGREES],
    ['another beneficiary', set('metadata.beneficiary_name', 'Someone Else'), DISAGREES],
    ['the reference of another order', set('metadata.order_reference', 'ord_0'), 'waits'],
    ['no reference but that in the description', without('metadata.order_reference'), 'harmless'],
    ['a list for the metadata, not the description', set('metadata', ['x']), 'harmless'],
    ['prototype keys for the metadata', set('metadata', hostile('{"order_reference":"ord_0"}')), 'harmless'],
    ['an unknown status word', word, 'waits'],
    ['another type of transaction', set('transaction_type', 'refund'), 'waits'],
    ['the creation time missing', without('createdAt'), 'waits'],
  ],
  'CNaught’s quote': [
    ['another mass', set('amount_kg', 10), 'waits'],
    ['a price above the limit', set('price_usd_cents', 5_001), 'refused'],
    ['a price below zero', set('price_usd_cents', -1), 'waits'],
    ['the price missing', without('price_usd_cents'), 'waits'],
  ],
  'One Tribe’s price': [
    ['"Infinity" for a price', set('pricing.base_price_per_ton', 'Infinity'), 'waits'],
    ['a tax of 20 instead of 0.2', set('pricing.vat_rate', 20), 'waits'],
    ['the prices missing', without('pricing'), 'waits'],
    ['a price above the limit', set('pricing.base_price_per_ton', 251), 'refused'],
  ],
  'Carbonmark’s quote': [
    ['another mass', set('quantity_tonnes', 5), 'waits'],
    ['another listing', set('asset_price_source_id', `listing-137-0x${'b2'.repeat(32)}`), 'waits'],
    ['a price of null', set('cost_usdc', null), 'waits'],
  ],
  'CNaught’s new page': [
    ['another mass', set('amount_kg', 50), DISAGREES],
    ['a price above the limit', set('price_usd_cents', 5_001), DISAGREES],
    ['another price within the limit', set('price_usd_cents', 1_100), DISAGREES],
    ['an end in the past', set('expires_on', '2001-01-01T00:00:00Z'), 'harmless'],
    ['the word for paid', set('state', 'complete'), 'harmless'],
    ['an id of null', set('id', null), 'waits'],
    ['no page', without('checkout_url'), 'waits'],
    ['a script for a page', set('checkout_url', SCRIPT), 'waits'],
    ['an unknown status word', word, 'waits'],
    ['the number of a day for its end', set('expires_on', 20_000), 'waits'],
  ],
  'Carbonmark’s new page': [
    ['no page', without('url'), 'waits'],
    ['a script for a page', set('url', SCRIPT), 'waits'],
    ['an object for a payment id', set('payment_id', { id: 'pay_1' }), 'waits'],
  ],
  'CNaught’s list': [
    ['another mass', set('data.0.amount_kg', 1), DISAGREES],
    ['another price', set('data.0.price_usd_cents', 1), DISAGREES],
    ['the reference of another order', set('data.0.metadata', OTHER_ORDER), 'unproven_outcome'],
    ['a creation time of long ago', set('data.0.created_on', '2001-01-01T00:00:00Z'), 'unproven_outcome'],
    ['the id missing', without('data.0.id'), UNREADABLE],
    ['an unknown status word', word, UNREADABLE],
    ['an object instead of the list', set('data', {}), UNREADABLE],
  ],
  'One Tribe’s list': [
    ['another mass', set('data.0.quantity', 200), DISAGREES],
    ['another project', set('data.0.project_id', 'sbx-peat-01'), DISAGREES],
    [
      'the reference of another order, before absence would prove anything',
      set('data.0.metadata.order_reference', 'ord_0'),
      UNREADABLE,
    ],
    ['a row of null', set('data.0', null), UNREADABLE],
    ['no rows of some', set('data', []), UNREADABLE],
    ['another page than was asked for', set('meta.page', 2), UNREADABLE],
    ['the count missing', without('meta.total'), UNREADABLE],
  ],
  'One Tribe’s conclusive list': [
    ['another mass', set('data.0.quantity', 200), DISAGREES],
    ['an unknown status word', word, UNREADABLE],
    ['no rows of some', set('data', []), UNREADABLE],
    ['the reference of another order', set('data.0.metadata.order_reference', 'ord_0'), UNREADABLE],
    ['a creation time of long ago', set('data.0.createdAt', '2001-01-01T00:00:00Z'), 'harmless'],
  ],
  'CNaught’s placed order': [
    ['the id of another order', set('id', 'another_sandbox'), UNREADABLE],
    ['another mass', set('amount_kg', 101), DISAGREES],
    ['another price', set('price_usd_cents', 199), 'harmless'],
    ['a price two cents off', set('price_usd_cents', 198), DISAGREES],
    ['the reference of another order', set('metadata', OTHER_ORDER), DISAGREES],
    ['an unknown status word', word, UNREADABLE],
    ['a status of null', set('state', null), UNREADABLE],
  ],
  'CNaught’s fulfilled order': [
    ['no certificate yet', without('certificate_public_url'), 'harmless'],
    ['the status of before', set('state', 'placed'), 'waits'],
    ['a project without a name', without('project_allocations.0.project.name'), 'harmless'],
    ['null for the name of a project', set('project_allocations.0.project.name', null), 'harmless'],
    ['a number for a serial', set('project_allocations.0.retirements.0.serial_number_range', 42), 'harmless'],
    ['a list for a serial', set('project_allocations.0.retirements.0.serial_number_range', [1]), 'harmless'],
    ['no address of a retirement: ""', set('project_allocations.0.retirements.0.url', ''), 'harmless'],
    ['a script for the address of a retirement', set('project_allocations.0.retirements.0.url', SCRIPT), 'harmless'],
    ['an object for the retirements', set('project_allocations.0.retirements', {}), 'harmless'],
    ['a mass below zero in an allocation', set('project_allocations.0.amount_kg', -1), UNREADABLE],
    ['another mass in an allocation', set('project_allocations.0.amount_kg', 9_999), DISAGREES],
  ],
  'One Tribe’s retired order': [
    ['the id of another order', set('transaction_id', 'tx-another'), UNREADABLE],
    ['the status of before', set('status', 'ordered'), 'waits'],
    ['another mass', set('quantity', 1), DISAGREES],
    ['the reference and with it the metadata missing', set('description', 'x'), 'waits'],
    ['an unknown status word', word, UNREADABLE],
  ],
  'Carbonmark’s paid order': [
    ['the id of another payment', set('id', 'pay_another'), UNREADABLE],
    ['another amount', set('amount', 1), DISAGREES],
    ['another currency', set('currency', 'eur'), UNREADABLE],
    ['another listing', set('asset_price_source_id', 'listing-other'), DISAGREES],
    ['a payment back on its way', set('status', 'open'), UNREADABLE],
    ['a list instead of the retirement', set('order', []), UNREADABLE],
    ['no retirement yet', set('order', null), 'waits'],
  ],
  'Carbonmark’s completed order': [
    ['another beneficiary', set('order.beneficiary_name', 'Developer Tester'), DISAGREES],
    ['no proof yet', without('order.view_retirement_url'), 'harmless'],
    ['a script for a proof', set('order.view_retirement_url', SCRIPT), 'harmless'],
    ['a number for the hash', set('order.transaction_hash', 42), 'harmless'],
    ['the mass in kilograms', set('quantity_tonnes', 500), DISAGREES],
  ],
  'CNaught’s paid page': [
    ['the id of another page', set('id', 'another'), UNREADABLE],
    ['another mass', set('amount_kg', 5), DISAGREES],
    ['another price', set('price_usd_cents', 1), DISAGREES],
    ['an unknown status word', word, UNREADABLE],
    ['no end', without('expires_on'), UNREADABLE],
  ],
  'CNaught’s list of paid pages': [
    ['another mass', set('data.0.amount_kg', 1), DISAGREES],
    ['another price', set('data.0.price_usd_cents', 1), DISAGREES],
    ['the reference of another order', set('data.0.metadata', OTHER_ORDER), DISAGREES],
    ['the order of another page', set('data.0.checkout_session_id', 'another'), 'harmless'],
  ],
  'Carbonmark’s promised payment': [
    ['the id of another payment', set('id', 'pay_another'), UNREADABLE],
    ['another amount', set('amount', 1), 'waits'],
    ['another mass', set('quantity_tonnes', 500), 'waits'],
    ['another listing', set('asset_price_source_id', 'listing-other'), 'waits'],
    ['another currency', set('currency', 'gbp'), UNREADABLE],
    ['the mass missing', without('quantity_tonnes'), UNREADABLE],
    ['an unknown status word', word, UNREADABLE],
  ],
  'Carbonmark’s returned payment': [
    ['the id of another payment', set('id', 'pay_another'), UNREADABLE],
    ['another amount', set('amount', 1), 'waits'],
    ['another mass', set('quantity_tonnes', 500), 'waits'],
    ['a currency of null', set('currency', null), UNREADABLE],
  ],
};

export const CASES: readonly Case[] = Object.entries(TABLE).flatMap(([scene, rows]) =>
  rows.map(([what, fault, outcome]) => ({ scene: scene as SceneName, what, fault, outcome })),
);
