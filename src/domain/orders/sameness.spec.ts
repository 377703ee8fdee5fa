import { grams } from '../mass.js';
import { anOrder } from '../../../test/support/order-state.js';
import type { Order } from './order.js';
import { samenessOf } from './sameness.js';

const order = (name: string, reference: string | null, more: Partial<Order> = {}): Order =>
  anOrder({ beneficiary: { name, email: null }, reference, ...more });

const FIRST = order('José Smith', 'PO-1');

describe('what orders that say the same have in common', () => {
  it.each([
    ['composed in another way', order('Jose\u0301 Smith', 'PO-1')],
    ['with spaces around', order(' José Smith\u00a0', 'PO-1 ')],
    ['with other spaces within', order('José \u00a0Smith', 'PO-1')],
    ['in capitals', order('JOSÉ SMITH', 'po-1')],
    [
      'for another email address',
      order('José Smith', 'PO-1', { beneficiary: { name: 'José Smith', email: 'j@a.example' } }),
    ],
  ])('is there %s', (_, other) => {
    expect(samenessOf(other)).toBe(samenessOf(FIRST));
  });

  it('folds letters that have no single counterpart', () => {
    expect(samenessOf(order('STRASSE', 'ﬁ'))).toBe(samenessOf(order('Straße', 'FI')));
  });

  it.each([
    ['name', order('Jose Smith', 'PO-1')],
    ['reference', order('José Smith', 'PO 1')],
    ['mass', order('José Smith', 'PO-1', { orderedMass: grams(1) })],
    ['tenant', order('José Smith', 'PO-1', { tenantId: 'tnt_2' })],
    ['provider', order('José Smith', 'PO-1', { provider: 'other' as Order['provider'] })],
    ['border between name and reference', order('José', 'Smith PO-1')],
  ])('differs with another %s', (_, other) => {
    expect(samenessOf(other)).not.toBe(samenessOf(FIRST));
  });

  it('is nothing without a reference', () => {
    expect(samenessOf(order('José Smith', null))).toBeNull();
  });
});
