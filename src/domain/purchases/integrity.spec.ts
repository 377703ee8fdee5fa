import { grams } from '../mass.js';
import { money } from '../money.js';
import { disagreements, nameless, type ExpectedOrder } from './integrity.js';
import type { CheckoutSession, ProviderOrder, Retirement } from '../providers/calls.js';

const fieldsOf = (found: ReturnType<typeof disagreements>): string[] => found.map(({ field }) => field);

const expected: ExpectedOrder = {
  id: 'ord_1',
  orderedMass: grams(100_000),
  paymentMethod: 'account',
  providerOfferingId: 'mix',
  beneficiary: { name: 'Jane Smith', email: null },
  personalDataErasedAt: null,
  price: null,
  quoted: money('2.00', 'USD'),
  maxTotal: money('2.50', 'USD'),
};

it('does not hold a name against an order whose personal data was erased, and everything else', () => {
  const erased = { ...expected, beneficiary: { name: 'erased', email: null }, personalDataErasedAt: new Date() };
  expect(disagreements(erased, order)).toEqual([]);
  expect(fieldsOf(disagreements(erased, { ...order, mass: grams(1) }))).toEqual(['mass']);
});

it('says that the beneficiary is another, and no name', () => {
  const found = disagreements(expected, { ...order, beneficiaryName: 'Developer Tester' });
  expect(found).toEqual([{ field: 'beneficiary', ours: null, theirs: null }]);
});

const order: ProviderOrder = {
  providerOrderId: 'p1',
  orderReference: 'ord_1',
  status: 'placed',
  providerStatus: 'placed',
  mass: grams(100_000),
  price: money('2.00', 'USD'),
  providerOfferingId: 'mix',
  checkoutSessionId: null,
  createdAt: null,
  beneficiaryName: 'Jane Smith',
  retiredAt: null,
  retirements: [],
  certificate: null,
};

const session: CheckoutSession = {
  sessionId: 's1',
  url: 'https://pay.example/s1',
  status: 'open',
  providerStatus: 'open',
  mass: grams(100_000),
  price: money('2.00', 'USD'),
  expiresAt: null,
  order: null,
  orderUnread: null,
};

it('says of each field what was ordered and what is there', () => {
  const retirement = { mass: grams(40_000) } as Retirement;
  const other = {
    ...order,
    mass: grams(1),
    price: money('9.00', 'GBP'),
    orderReference: 'ord_2',
    providerOfferingId: 'other',
    retirements: [retirement],
  };
  expect(disagreements(expected, other)).toEqual([
    { field: 'mass', ours: '100000 g', theirs: '1 g' },
    { field: 'currency', ours: 'USD', theirs: 'GBP' },
    { field: 'order_reference', ours: 'ord_1', theirs: 'ord_2' },
    { field: 'offering', ours: 'mix', theirs: 'other' },
    { field: 'retirements', ours: '100000 g', theirs: '40000 g' },
  ]);
  const dearer = disagreements(expected, { ...order, price: money('9.00', 'USD') });
  expect(dearer).toEqual([{ field: 'price', ours: '2.00', theirs: '9.00' }]);
  expect(disagreements(expected, { ...order, orderReference: null })).toEqual([
    { field: 'order_reference', ours: 'ord_1', theirs: null },
  ]);
});

it('tells people of a beneficiary that it is another, and of everything else both', () => {
  const mass = { field: 'mass', ours: '2 g', theirs: '1 g' } as const;
  const named = { field: 'beneficiary', ours: 'Jane Smith', theirs: 'Developer Tester' } as const;
  expect(nameless([mass, named])).toEqual([mass, { field: 'beneficiary', ours: null, theirs: null }]);
});

it('finds nothing in a record that says what was ordered', () => {
  expect(fieldsOf(disagreements(expected, order))).toEqual([]);
  expect(fieldsOf(disagreements(expected, session))).toEqual([]);
});

it.each<[string, Partial<ProviderOrder>]>([
  ['mass', { mass: grams(100_001) }],
  ['currency', { price: money('2.00', 'GBP') }],
  ['price', { price: money('2.011', 'USD') }],
  ['price', { price: money('1.98', 'USD') }],
  ['price', { price: money('0', 'USD') }],
  ['order_reference', { orderReference: 'ord_2' }],
  ['order_reference', { orderReference: null }],
  ['offering', { providerOfferingId: 'other' }],
  ['beneficiary', { beneficiaryName: 'Developer Tester' }],
  ['beneficiary', { beneficiaryName: '' }],
])('finds another %s', (name, altered) => {
  expect(fieldsOf(disagreements(expected, { ...order, ...altered }))).toEqual([name]);
});

it('finds everything that differs', () => {
  const other = { ...order, mass: grams(1), price: money('9', 'USD'), orderReference: 'x', providerOfferingId: 'y' };
  expect(fieldsOf(disagreements(expected, { ...other, beneficiaryName: 'z' }))).toEqual([
    'mass',
    'price',
    'order_reference',
    'offering',
    'beneficiary',
  ]);
});

it('holds a price against the one charged before rather than the one quoted', () => {
  const charged = { ...expected, price: { total: money('2.30', 'USD'), source: 'charged' } as const };
  expect(fieldsOf(disagreements(charged, { ...order, price: money('2.30', 'USD') }))).toEqual([]);
  expect(fieldsOf(disagreements(charged, order))).toEqual(['price']);
});

it('allows a cent for rounding, but not above the caller’s limit', () => {
  expect(fieldsOf(disagreements(expected, { ...order, price: money('2.01', 'USD') }))).toEqual([]);
  const tight = { ...expected, maxTotal: money('2.00', 'USD') };
  expect(fieldsOf(disagreements(tight, { ...order, price: money('2.01', 'USD') }))).toEqual(['price']);
});

it('checks the limit alone where nothing was quoted', () => {
  const unquoted = { ...expected, quoted: null };
  expect(fieldsOf(disagreements(unquoted, { ...order, price: money('2.40', 'USD') }))).toEqual([]);
  expect(fieldsOf(disagreements(unquoted, { ...order, price: money('2.60', 'USD') }))).toEqual(['price']);
});

it('takes any price where neither a quote nor a limit is known', () => {
  expect(fieldsOf(disagreements({ ...expected, quoted: null, maxTotal: null }, order))).toEqual([]);
});

it('does not compare a limit in another currency', () => {
  const abroad = { ...expected, quoted: null, maxTotal: money('1', 'GBP') };
  expect(fieldsOf(disagreements(abroad, order))).toEqual([]);
});

it('takes nothing for a difference that the source does not say', () => {
  const silent = { ...order, mass: null, price: null, providerOfferingId: null, beneficiaryName: null };
  expect(fieldsOf(disagreements(expected, silent))).toEqual([]);
});

const retired = (mass: number | null): Retirement => ({
  project: null,
  registry: null,
  vintage: null,
  mass: mass === null ? null : grams(mass),
  serialNumberRange: null,
  url: null,
  transactionHash: null,
});

it.each<[string, (number | null)[], string[]]>([
  ['agree when they add up to what was ordered', [60_000, 40_000], []],
  ['agree when one is all of it', [100_000], []],
  ['disagree when they add up to less', [60_000, 39_999], ['retirements']],
  ['disagree when they add up to more', [60_000, 100_000], ['retirements']],
  ['prove nothing while one does not tell its mass', [60_000, null], []],
  ['prove nothing while none tells its mass', [null, null], []],
])('retirements %s: %p', (_, masses, found) => {
  expect(fieldsOf(disagreements(expected, { ...order, retirements: masses.map(retired) }))).toEqual(found);
});

it('misses no reference in an order paid through a hosted checkout, but refuses a wrong one', () => {
  const hosted = { ...expected, paymentMethod: 'checkout' } as const;
  expect(fieldsOf(disagreements(hosted, { ...order, orderReference: null }))).toEqual([]);
  expect(fieldsOf(disagreements(hosted, { ...order, orderReference: 'ord_2' }))).toEqual(['order_reference']);
});

it.each<[string, Partial<CheckoutSession>]>([
  ['mass', { mass: grams(1) }],
  ['price', { price: money('20', 'USD') }],
])('finds another %s in a page', (name, altered) => {
  expect(fieldsOf(disagreements(expected, { ...session, ...altered }))).toEqual([name]);
});
