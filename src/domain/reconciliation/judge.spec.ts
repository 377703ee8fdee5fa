import fc from 'fast-check';
import { ORDER_STATUSES } from '../orders/lifecycle.js';
import { LINE_KINDS } from '../statements/statement.js';
import { BREAKS, type BreakType } from './break-types.js';
import { breakKeyText, factsText } from './finding.js';
import { judge } from './judge.js';
import type { Legs, OrderLeg, ProviderLeg, StatementLeg, Terms } from './legs.js';
import { RULES, type Rule } from './rules.js';

const ID = 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4';
const OTHER = 'ord_01jd4v2m0gf5c8q7k3x9w1z2r5';
const terms: Terms = { provider: 'p', coverage: 'complete', invoiceDays: 10, taxRate: 200_000n, proofDays: 14 };
const order: OrderLeg = {
  id: ID,
  providerOrderId: 'cn_1',
  status: 'completed',
  payer: 'account',
  grams: 1_000_000n,
  price: { netUnits: 10_000_000n, taxUnits: 2_000_000n, currency: 'USD' },
  isSettled: true,
  isProven: true,
  retiredDays: 20,
  refundDue: null,
  accepted: 0n,
};
const record: ProviderLeg = {
  providerOrderId: 'cn_1',
  reference: ID,
  state: 'retired',
  grams: 1_000_000n,
  grossUnits: 12_000_000n,
  currency: 'USD',
};
const charge: StatementLeg = {
  statementId: 'stm_1',
  line: 2,
  kind: 'charge',
  providerOrderId: 'cn_1',
  reference: ID,
  grams: 1_000_000n,
  netUnits: 10_000_000n,
  taxUnits: 2_000_000n,
  currency: 'USD',
  isMet: false,
};
const failed: OrderLeg = { ...order, status: 'failed', retiredDays: null };
const credit: StatementLeg = { ...charge, line: 3, kind: 'credit' };
const agreed: Legs = { o: order, p: [record], s: [charge], terms };
const retiredEarly = { ...order, status: 'placed', retiredDays: null, isProven: false } as const;
const second = { ...charge, line: 4 };

/** What is planted, and what has to be found of it: this and nothing else. */
const KEY: readonly (readonly [what: string, legs: Partial<Legs>, found: readonly BreakType[]])[] = [
  ['a purchase without an order', { o: null, s: [] }, ['purchase_unknown_here']],
  ['a purchase without an order that is charged', { o: null }, ['purchase_unknown_here']],
  ['an order that a complete list lacks', { p: [] }, ['purchase_missing_there']],
  ['an order that the provider may not show yet', { p: [], o: { ...order, isSettled: false } }, []],
  ['an order where only known purchases were read', { p: [], terms: { ...terms, coverage: 'known_only' } }, []],
  ['a second purchase', { p: [record, { ...record, providerOrderId: 'cn_2' }] }, ['bought_twice']],
  [
    'a second purchase that was cancelled',
    { p: [record, { ...record, providerOrderId: 'cn_2', state: 'undone' }] },
    [],
  ],
  [
    'a second payment',
    { o: { ...order, payer: 'checkout' }, s: [], p: [record, { ...record, providerOrderId: 'cn_2' }] },
    ['paid_twice'],
  ],
  [
    'an order in doubt',
    { o: { ...order, status: 'in_doubt', retiredDays: null, isProven: false }, p: [], s: [] },
    ['in_doubt_at_cut_off'],
  ],
  [
    'an order that was being sent and is retired there',
    { o: { ...order, status: 'submitting', retiredDays: null, isProven: false }, s: [] },
    ['in_doubt_at_cut_off'],
  ],
  ['an order that is retired there alone', { o: { ...retiredEarly }, s: [] }, ['state_differs']],
  [
    'an order that failed here and was bought there',
    { o: failed, s: [], p: [{ ...record, state: 'open' }] },
    ['state_differs'],
  ],
  [
    'an order that was undone on both sides',
    { o: { ...order, status: 'cancelled', retiredDays: null }, s: [], p: [{ ...record, state: 'undone' }] },
    [],
  ],
  ['a gram less in the record', { p: [{ ...record, grams: 999_999n }] }, ['mass_differs']],
  ['a gram more in the statement', { s: [{ ...charge, grams: 1_000_001n }] }, ['mass_differs']],
  ['two cents more in the record', { p: [{ ...record, grossUnits: 12_020_000n }] }, ['price_differs']],
  ['a cent more in the record', { p: [{ ...record, grossUnits: 12_010_000n }] }, []],
  ['a statement in pounds', { s: [{ ...charge, currency: 'GBP' }] }, ['currency_differs']],
  ['a record in USDC', { p: [{ ...record, currency: 'USDC' }] }, ['currency_differs']],
  ['a line that names two orders', { s: [charge, { ...second, reference: OTHER }] }, ['reference_conflict']],
  [
    'another purchase under our reference, and not ours',
    { p: [{ ...record, providerOrderId: 'cn_9' }] },
    ['purchase_missing_there', 'bought_twice'],
  ],
  ['a record that names two orders', { p: [{ ...record, reference: OTHER }] }, ['reference_conflict']],
  ["a line with the caller's own reference", { s: [{ ...charge, reference: 'PO-7' }] }, []],
  ['a charge of nobody', { o: null, p: [] }, ['charge_unknown']],
  ['a charge for a failed order', { o: failed, p: [] }, ['charge_for_unbought']],
  ['a charge for a failed order that was credited', { o: failed, p: [], s: [charge, credit] }, []],
  [
    'a charge for a failed order that was credited but for half a cent',
    { o: failed, p: [], s: [charge, { ...credit, netUnits: 9_995_000n, taxUnits: 1_999_000n }] },
    ['difference_tolerated'],
  ],
  ['a credit for a failed order', { o: failed, p: [], s: [credit] }, ['refund_unexpected']],
  [
    'a credit for a failed order that was kept, and is charged again',
    { o: { ...failed, accepted: -10_000_000n }, p: [], s: [credit, charge] },
    ['difference_tolerated'],
  ],
  ['a charge for a paid page', { o: { ...order, payer: 'checkout' } }, ['charge_for_payer']],
  ['a charge for a paid page that was credited', { o: { ...order, payer: 'checkout' }, s: [charge, credit] }, []],
  ['a credit for a paid page', { o: { ...order, payer: 'checkout' }, s: [credit] }, ['refund_unexpected']],
  [
    'a credit for a paid page that was kept, and is charged again',
    { o: { ...order, payer: 'checkout', accepted: -10_000_000n }, s: [credit, charge] },
    ['difference_tolerated'],
  ],
  ['a second charge', { s: [charge, second] }, ['charged_twice']],
  ['a second charge that was credited', { s: [charge, second, credit] }, []],
  [
    'two charges that make one',
    {
      s: [
        { ...charge, grams: 400_000n, netUnits: 4_000_000n, taxUnits: 800_000n },
        { ...second, grams: 600_000n, netUnits: 6_000_000n, taxUnits: 1_200_000n },
      ],
    },
    [],
  ],
  ['two cents more charged', { s: [{ ...charge, netUnits: 10_020_000n, taxUnits: 2_004_000n }] }, ['amount_differs']],
  ['a cent less charged', { s: [{ ...charge, netUnits: 9_990_000n, taxUnits: 1_998_000n }] }, ['difference_tolerated']],
  [
    'a difference that was accepted',
    { o: { ...order, accepted: 20_000n }, s: [{ ...charge, netUnits: 10_020_000n, taxUnits: 2_004_000n }] },
    [],
  ],
  [
    'a difference of which a part was accepted',
    { o: { ...order, accepted: 20_000n }, s: [{ ...charge, netUnits: 10_024_000n, taxUnits: 2_004_800n }] },
    ['amount_differs'],
  ],
  [
    'a second charge that was claimed back and written off',
    { o: { ...order, accepted: 10_000_000n }, s: [charge, second] },
    [],
  ],
  ['a credit that was kept', { o: { ...order, accepted: -10_000_000n }, s: [charge, credit] }, []],
  [
    'a difference that was accepted, and is none any more',
    { o: { ...order, accepted: 20_000n } },
    ['difference_tolerated'],
  ],
  [
    'a fraction of a cent more charged before the retirement',
    { o: retiredEarly, p: [{ ...record, state: 'open' }], s: [{ ...charge, netUnits: 10_004_000n }] },
    ['difference_tolerated', 'invoiced_early'],
  ],
  ['two pennies of tax off', { s: [{ ...charge, taxUnits: 2_020_000n }] }, ['tax_differs']],
  ['a penny of tax off', { s: [{ ...charge, taxUnits: 1_990_000n }] }, []],
  ['tax where there is none', { terms: { ...terms, taxRate: null } }, ['tax_differs']],
  ['a fee', { o: null, p: [], s: [{ ...charge, kind: 'fee' }] }, ['fee_unallocated']],
  ['no invoice yet', { s: [], o: { ...order, retiredDays: 10 } }, ['not_invoiced']],
  ['no invoice for too long', { s: [], o: { ...order, retiredDays: 11 } }, ['invoice_overdue']],
  ['no invoice where there is none to come', { s: [], terms: { ...terms, invoiceDays: null } }, []],
  ['an invoice before the retirement', { o: retiredEarly, p: [{ ...record, state: 'open' }] }, ['invoiced_early']],
  ['no price', { o: { ...order, price: null } }, ['unpriced']],
  [
    'a claim',
    { o: { ...order, refundDue: { units: 10_000_000n, days: 60 } }, s: [charge, second] },
    ['refund_expected'],
  ],
  [
    'an old claim',
    { o: { ...order, refundDue: { units: 10_000_000n, days: 61 } }, s: [charge, second] },
    ['refund_overdue'],
  ],
  ['a credit out of the blue', { s: [charge, credit] }, ['refund_unexpected']],
  ['no proof for too long', { o: { ...order, isProven: false } }, ['proof_missing']],
  ['no proof yet', { o: { ...order, isProven: false, retiredDays: 14 } }, []],
  ['two things at once', { p: [{ ...record, grams: 1n }], s: [] }, ['mass_differs', 'invoice_overdue']],
];

const foundIn = (planted: Partial<Legs>, rules?: readonly Rule[]) => {
  const { o, p, s, terms: its } = { ...agreed, ...planted };
  return judge(o, p, s, its, rules);
};
const typesIn = (...args: Parameters<typeof foundIn>) => foundIn(...args).map(({ type }) => type);

describe('the judge', () => {
  it('says nothing where order, record and statement agree', () => {
    expect(foundIn({})).toEqual([]);
    expect(foundIn({ o: null, p: [], s: [] })).toEqual([]);
  });

  it.each(KEY)('finds of %s what it is, and no more', (_, legs, found) => {
    expect(typesIn(legs)).toEqual(found);
  });

  it('misses something in the key without any one of its rules', () => {
    for (const rule of RULES) {
      const rest = RULES.filter((each) => each !== rule);
      const missed = KEY.filter(([, legs, found]) => JSON.stringify(typesIn(legs, rest)) !== JSON.stringify(found));
      expect([rule.types, missed.length > 0]).toEqual([rule.types, true]);
    }
  });

  it('has in its key every type that it is there for, found by the rule that names it', () => {
    const its = Object.entries(BREAKS).flatMap(([type, { foundBy }]) => (foundBy === 'judge' ? [type] : []));
    expect([...new Set(KEY.flatMap(([, , found]) => found))].sort()).toEqual(its.sort());
    expect(RULES.flatMap(({ types }) => types).toSorted()).toEqual(its);
    for (const [, legs] of KEY)
      for (const { types, find } of RULES)
        for (const { type } of find({ ...agreed, ...legs })) expect(types).toContain(type);
  });

  it('takes it more lightly that an order was cancelled there than that it is retired there alone', () => {
    const open = { o: retiredEarly, s: [] };
    expect(foundIn({ ...open, p: [{ ...record, state: 'undone' }] })).toMatchObject([{ severity: 'warning' }]);
    expect(foundIn(open)).toMatchObject([{ type: 'state_differs', severity: 'blocking' }]);
  });

  it('tells the numbers, ours and theirs, and the line', () => {
    expect(foundIn({ s: [{ ...charge, netUnits: 10_020_000n, taxUnits: 2_004_000n }] })).toEqual([
      {
        type: 'amount_differs',
        severity: 'blocking',
        subject: ID,
        facts: [
          { field: 'charge', ours: null, theirs: '10.02', line: 'stm_1:2' },
          { field: 'net', ours: '10.00', theirs: '10.02' },
        ],
      },
    ]);
  });
});

const units = fc.constantFrom(0n, 1n, 9_990_000n, 10_000_000n, 10_020_000n, 20_000_000n);
const currency = fc.constantFrom('USD' as const, 'GBP' as const);
const anyOrder: fc.Arbitrary<OrderLeg> = fc.record({
  id: fc.constant(ID),
  providerOrderId: fc.constantFrom('cn_1', null),
  status: fc.constantFrom(...ORDER_STATUSES),
  payer: fc.constantFrom('account' as const, 'checkout' as const),
  grams: fc.constantFrom(1n, 1_000_000n),
  price: fc.option(fc.record({ netUnits: units, taxUnits: units, currency })),
  isSettled: fc.boolean(),
  isProven: fc.boolean(),
  retiredDays: fc.option(fc.nat({ max: 100 })),
  refundDue: fc.option(fc.record({ units, days: fc.nat({ max: 100 }) })),
  accepted: fc.constantFrom(0n, 10_000n, -20_000n),
});
const anyRecord: fc.Arbitrary<ProviderLeg> = fc.record({
  providerOrderId: fc.constantFrom('cn_1', 'cn_2', 'cn_3'),
  reference: fc.constantFrom(ID, OTHER, 'PO-7', null),
  state: fc.constantFrom('open' as const, 'retired' as const, 'undone' as const),
  grams: fc.option(fc.constantFrom(1n, 1_000_000n)),
  grossUnits: fc.option(units),
  currency: fc.option(currency),
});
const anyLine: fc.Arbitrary<StatementLeg> = fc.record({
  statementId: fc.constantFrom('stm_1', 'stm_2'),
  line: fc.integer({ min: 2, max: 1_000_000 }),
  kind: fc.constantFrom(...LINE_KINDS),
  providerOrderId: fc.constantFrom('cn_1', 'cn_2', null),
  reference: fc.constantFrom(ID, OTHER, null),
  grams: fc.option(fc.constantFrom(1n, 1_000_000n)),
  netUnits: units,
  taxUnits: units,
  currency,
  isMet: fc.boolean(),
});
const anyLegs: fc.Arbitrary<Legs> = fc.record({
  o: fc.option(anyOrder),
  p: fc.uniqueArray(anyRecord, { maxLength: 3, selector: ({ providerOrderId }) => providerOrderId }),
  s: fc.uniqueArray(anyLine, { maxLength: 4, selector: ({ statementId, line }) => `${statementId}:${line}` }),
  terms: fc.constantFrom(terms, { ...terms, coverage: 'known_only' as const, invoiceDays: null, taxRate: null }),
});

describe('of any legs the judge', () => {
  it('says something definite: known types, each subject once, facts for every break', () => {
    fc.assert(
      fc.property(anyLegs, (legs) => {
        const found = foundIn(legs);
        const keys = found.map((each) => breakKeyText('p', each));
        expect(new Set(keys).size).toBe(keys.length);
        for (const { type, facts } of found) expect([BREAKS[type].foundBy, facts.length > 0]).toEqual(['judge', true]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('says the same whatever the order of purchases and lines', () => {
    fc.assert(
      fc.property(anyLegs, (legs) => {
        const turned = { ...legs, p: legs.p.toReversed(), s: legs.s.toReversed() };
        expect(foundIn(turned).map(factsText)).toEqual(foundIn(legs).map(factsText));
        expect(foundIn(turned)).toEqual(foundIn(legs));
      }),
      { numRuns: 2_000 },
    );
  });

  it('calls no order in doubt, nor any without a price, charged wrongly', () => {
    const quiet: readonly BreakType[] = ['amount_differs', 'charged_twice', 'charge_for_unbought'];
    fc.assert(
      fc.property(anyLegs, anyOrder, (legs, o) => {
        const inDoubt = typesIn({ ...legs, o: { ...o, status: 'in_doubt' } });
        expect(inDoubt.filter((type) => quiet.includes(type))).toEqual([]);
        const unpriced = typesIn({ ...legs, o: { ...o, price: null, status: 'retired' } });
        expect(unpriced.filter((type) => quiet.includes(type))).toEqual([]);
      }),
    );
  });
});
