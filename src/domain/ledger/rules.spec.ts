import fc from 'fast-check';
import { grams } from '../mass.js';
import { PAYMENT_METHODS } from '../providers/capabilities.js';
import { money } from '../money.js';
import { ACCOUNT_NAMES, ACCOUNTS } from './accounts.js';
import { Balances } from './balances.js';
import { OpenClaims } from './open-claims.js';
import { postDecision, POSTING_DECISIONS, type PostingDecision } from './post-decision.js';
import { postLine, postLines, reverseLine, type LeftForCredit, type PostedLine } from './post-line.js';
import { postProof } from './post-proof.js';
import { QUANTITIES, RULE_NAMES, POSTING_RULES, apply, type Entered } from './rules.js';
import { amountText, massAmount, moneyAmount } from './units.js';

const entriesOf = (name: (typeof RULE_NAMES)[number], kind: 'mass' | 'money') => {
  const {
    mass = [],
    account = [],
    checkout = [],
  }: { mass?: Entries; account?: Entries; checkout?: Entries } = POSTING_RULES[name];
  return kind === 'mass' ? mass : [...account, ...checkout];
};
type Entries = readonly (readonly [keyof typeof ACCOUNTS, keyof typeof ACCOUNTS, keyof typeof QUANTITIES])[];

const shown = (entries: readonly Entered[]): readonly string[] =>
  entries.map(({ rule, debit, credit, asset, units }) => `${rule}: ${debit} from ${credit} ${units} ${asset}`);

describe('the table of rules', () => {
  it.each(RULE_NAMES)('moves mass between accounts of mass and money between accounts of money: %s', (name) => {
    for (const kind of ['mass', 'money'] as const)
      for (const [debit, credit] of entriesOf(name, kind))
        expect([ACCOUNTS[debit].holds, ACCOUNTS[credit].holds, debit === credit]).toEqual([kind, kind, false]);
  });

  it('uses every account and every quantity', () => {
    const entries = RULE_NAMES.flatMap((name) => [...entriesOf(name, 'mass'), ...entriesOf(name, 'money')]);
    expect(new Set(entries.flatMap(([debit, credit]) => [debit, credit]))).toEqual(new Set(ACCOUNT_NAMES));
    expect(new Set(entries.map(([, , of]) => of))).toEqual(new Set(Object.keys(QUANTITIES)));
  });

  it('turns an amount below zero round, and leaves out what is zero or not known', () => {
    const usd = (units: bigint) => ({ asset: 'USD/6', units }) as const;
    expect(shown(apply('invoice', 'account', { net: usd(-5n), tax: usd(0n) }))).toEqual([
      'invoice: payable from clearing 5 USD/6',
    ]);
    expect(apply('commit', 'account', {})).toEqual([]);
  });

  it('keeps a pool: its mass and cost, then those of its members', () => {
    const [pooled, cost] = [massAmount(grams(1_000_000)), moneyAmount(money('20', 'USD'))];
    const bought = apply('commit', 'account', { ordered: pooled, net: cost });
    const retired = apply('pool_retire', 'account', { ordered: pooled, net: cost });
    const [member, rest] = [
      { ...pooled, units: 400_000n },
      { ...pooled, units: 600_000n },
    ];
    const allocated = [member, rest].flatMap((mass) =>
      apply('pool_allocate', 'account', { member: mass, cost: { ...cost, units: mass.units * 20n } }),
    );
    const balances = Balances.of([...bought, ...retired, ...allocated]);
    expect(balances.list().map(({ account, units }) => [account, units])).toEqual([
      ['provider', -1_000_000n],
      ['clearing', -20_000_000n],
      ['retired', 1_000_000n],
      ['expense', 20_000_000n],
    ]);
  });

  it('proves as much as is claimed, until that is given up', () => {
    const at = new Date('2026-11-26T12:00:00Z');
    const proof = { outcome: 'claimed', mass: grams(7), effectiveAt: at, releasedAt: null } as const;
    expect(shown(postProof(proof))).toEqual(['prove: proven from retired 7 CO2E/0']);
    const released = postProof({ ...proof, releasedAt: new Date('2026-11-27T12:00:00Z') });
    expect(shown(released)[1]).toBe('release: retired from proven 7 CO2E/0');
    expect(Balances.of(released).list()).toEqual([]);
    expect(postProof({ ...proof, outcome: 'serial_overclaimed' })).toEqual([]);
  });
});

const NO_CLAIMS = OpenClaims.of([]);
const CLAIM = { source: 'brk_1', subject: 'stm_1:2', asset: 'GBP/6', claimedAt: new Date(0) } as const;
const line = (kind: PostedLine['kind'], more: Partial<PostedLine> = {}): PostedLine => ({
  kind,
  asset: 'GBP/6',
  netUnits: 10n,
  taxUnits: 2n,
  order: { paymentMethod: 'account', refundDue: 0n, accepted: 0n },
  names: [],
  ...more,
});

describe('a line of a statement', () => {
  it.each<[string, PostedLine, readonly string[]]>([
    ['a charge', line('charge'), ['invoice: clearing from payable 10 GBP/6', 'invoice: tax from payable 2 GBP/6']],
    [
      'a charge of no order',
      line('charge', { order: null }),
      ['suspend: suspense from payable 10 GBP/6', 'suspend: tax from payable 2 GBP/6'],
    ],
    [
      'a charge for what its payer has paid',
      line('charge', { order: { paymentMethod: 'checkout', refundDue: 0n, accepted: 0n } }),
      ['invoice: clearing from payable 10 GBP/6', 'invoice: tax from payable 2 GBP/6'],
    ],
    ['a credit', line('credit'), ['credit: payable from clearing 10 GBP/6', 'credit: payable from tax 2 GBP/6']],
    [
      'a credit of more than was claimed back',
      line('credit', { order: { paymentMethod: 'account', refundDue: 4n, accepted: 0n } }),
      [
        'credit: payable from refund_due 4 GBP/6',
        'credit: payable from clearing 6 GBP/6',
        'credit: payable from tax 2 GBP/6',
      ],
    ],
    [
      'a credit of less than was claimed back',
      line('credit', { order: { paymentMethod: 'account', refundDue: 40n, accepted: 0n } }),
      ['credit: payable from refund_due 10 GBP/6', 'credit: payable from tax 2 GBP/6'],
    ],
    [
      'a credit of more than was claimed back and accepted as a difference',
      line('credit', { order: { paymentMethod: 'account', refundDue: 4n, accepted: 5n } }),
      [
        'credit: payable from refund_due 4 GBP/6',
        'credit: payable from difference 5 GBP/6',
        'credit: payable from clearing 1 GBP/6',
        'credit: payable from tax 2 GBP/6',
      ],
    ],
    [
      'a credit where less was charged than expected, and that was accepted',
      line('credit', { order: { paymentMethod: 'account', refundDue: 0n, accepted: -5n } }),
      ['credit: payable from clearing 10 GBP/6', 'credit: payable from tax 2 GBP/6'],
    ],
    [
      'a credit of no order, under whose names something was claimed back',
      line('credit', { order: null, names: ['purchase cn_1'] }),
      [
        'suspend_credit: payable from refund_due 4 GBP/6',
        'suspend_credit: payable from suspense 6 GBP/6',
        'suspend_credit: payable from tax 2 GBP/6',
      ],
    ],
    [
      'a credit of no order',
      line('credit', { order: null }),
      ['suspend_credit: payable from suspense 10 GBP/6', 'suspend_credit: payable from tax 2 GBP/6'],
    ],
    ['a fee', line('fee', { order: null }), ['fee: fees from payable 10 GBP/6', 'fee: tax from payable 2 GBP/6']],
    ['a payment', line('payment', { order: null, taxUnits: 0n }), ['pay: payable from settled 10 GBP/6']],
    [
      'a payment of a payer',
      line('payment', { order: { paymentMethod: 'checkout', refundDue: 0n, accepted: 0n }, taxUnits: 0n }),
      [],
    ],
  ])('posts %s', (_, posted, entries) => {
    const claim = { ...CLAIM, names: ['purchase cn_1'], units: 4n };
    const order = posted.order && { ...posted.order, id: 'a' };
    expect(postLines([{ ...posted, order }], OpenClaims.of([claim])).map(shown)).toEqual([entries]);
  });

  it('leaves less due to the next credit', () => {
    const credit = line('credit', { order: { paymentMethod: 'account', refundDue: 14n, accepted: 0n }, taxUnits: 0n });
    const of = (id: string) => ({ ...credit, order: { ...credit.order!, id } });
    const posted = [
      ['credit: payable from refund_due 10 GBP/6'],
      ['credit: payable from refund_due 10 GBP/6'],
      ['credit: payable from refund_due 4 GBP/6', 'credit: payable from clearing 6 GBP/6'],
    ];
    expect(postLines([of('a'), of('b'), of('a')], NO_CLAIMS).map(shown)).toEqual(posted);
    const left = new Map<string, LeftForCredit>();
    expect([of('a'), of('b'), of('a')].flatMap((each) => postLines([each], NO_CLAIMS, left)).map(shown)).toEqual(
      posted,
    );
  });

  it('meets a claim of no order once, by whichever of its names', () => {
    const claims = OpenClaims.of([
      { ...CLAIM, names: ['purchase cn_1', 'reference PO-7'], units: 14n },
      { ...CLAIM, source: 'brk_2', names: ['purchase cn_2'], units: 10n },
    ]);
    const under = (name: string) => ({ ...line('credit', { names: [name], taxUnits: 0n }), order: null });
    const posted = postLines([under('purchase cn_1'), under('reference PO-7'), under('purchase cn_1')], claims);
    expect(posted.map(shown)).toEqual([
      ['suspend_credit: payable from refund_due 10 GBP/6'],
      ['suspend_credit: payable from refund_due 4 GBP/6', 'suspend_credit: payable from suspense 6 GBP/6'],
      ['suspend_credit: payable from suspense 10 GBP/6'],
    ]);
  });

  const anyLine = fc.record({
    kind: fc.constantFrom('charge', 'credit', 'fee'),
    asset: fc.constant('GBP/6' as const),
    netUnits: fc.bigInt(-1_000n, 1_000n),
    taxUnits: fc.bigInt(-200n, 200n),
    order: fc.option(
      fc.record({
        paymentMethod: fc.constantFrom(...PAYMENT_METHODS),
        refundDue: fc.bigInt(-100n, 2_000n),
        accepted: fc.bigInt(-100n, 2_000n),
      }),
    ),
    names: fc.constant([]),
    claimed: fc.bigInt(-100n, 2_000n),
  });

  it('makes owed what the statement says, to the unit, and nothing once it is taken back', () => {
    fc.assert(
      fc.property(fc.array(anyLine), (lines) => {
        const posted = lines.flatMap((each) => postLine(each, each.claimed));
        const total = lines.reduce(
          (sum, { kind, netUnits, taxUnits }) => sum + (kind === 'credit' ? -1n : 1n) * (netUnits + taxUnits),
          0n,
        );
        expect(Balances.of(posted).get('payable', 'GBP/6')).toBe(-total);
        expect(Balances.of([...posted, ...reverseLine(posted)]).list()).toEqual([]);
      }),
    );
  });
});

describe('a decision', () => {
  const decided = (decision: PostingDecision, units: bigint) =>
    shown(postDecision(decision, { asset: 'USD/6', units, mass: null }));

  it.each<[PostingDecision, string]>([
    ['accept_difference', 'difference from clearing'],
    ['claim_refund', 'refund_due from clearing'],
    ['claim_suspended', 'refund_due from suspense'],
    ['meet_claim', 'suspense from refund_due'],
    ['keep_refund', 'clearing from difference'],
    ['link_line', 'clearing from suspense'],
    ['link_payment', 'settled from payable'],
    ['expense_line', 'fees from suspense'],
    ['write_off', 'difference from refund_due'],
    ['give_up', 'commitment_contra from commitment'],
    ['keep_left', 'expense from pool_cost'],
  ])('%s posts %s', (decision, entry) => {
    expect(decided(decision, 3n)).toEqual([`${decision}: ${entry} 3 USD/6`]);
  });

  it('is one of those', () => {
    expect(POSTING_DECISIONS).toHaveLength(11);
  });

  it('clears what is left of an order, on whichever side it is', () => {
    const accrued = apply('reprice_retired', 'account', { net: { asset: 'USD/6', units: 5n } });
    const left = Balances.of(accrued).get('clearing', 'USD/6');
    const accepted = postDecision('accept_difference', { asset: 'USD/6', units: left, mass: null });
    expect(shown(accepted)).toEqual(['accept_difference: clearing from difference 5 USD/6']);
    expect(Balances.of([...accrued, ...accepted]).get('clearing', 'USD/6')).toBe(0n);
  });

  it('gives up mass that will not come', () => {
    const entries = postDecision('give_up', { asset: 'USD/6', units: 3n, mass: grams(5_000) });
    expect(shown(entries)).toEqual([
      'give_up: written_off from on_order 5000 CO2E/0',
      'give_up: commitment_contra from commitment 3 USD/6',
    ]);
  });
});

describe('what is left of a pool', () => {
  it('is kept by the house, with its cost, of which there may be less than nothing', () => {
    const entries = postDecision('keep_left', { asset: 'GBP/6', units: -3n, mass: grams(700) });
    expect(shown(entries)).toEqual([
      'keep_left: retired from pool 700 CO2E/0',
      'keep_left: pool_cost from expense 3 GBP/6',
    ]);
  });
});

describe('an amount', () => {
  it('is exact, and reads as a decimal', () => {
    expect(moneyAmount(money('9999999999999.999999', 'EUR'))).toEqual({
      asset: 'EUR/6',
      units: 9_999_999_999_999_999_999n,
    });
    expect(
      ['2000000', '-16000', '1', '0'].map((units) => amountText({ asset: 'USD/6', units: BigInt(units) })),
    ).toEqual(['2.00', '-0.016', '0.000001', '0.00']);
    expect(amountText(massAmount(grams(5_000)))).toBe('5000');
  });
});
