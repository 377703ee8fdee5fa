import type { PaymentMethod } from '../providers/capabilities.js';
import type { Account } from './accounts.js';
import type { Amount } from './units.js';

/** What a rule is given an amount of. */
export const QUANTITIES = {
  ordered: 'the mass of the order',
  covered: 'the mass that is proven',
  member: 'the mass of a member of a pool',
  left: 'the mass that is left of a pool',
  net: 'the price, or the amount of a line, without tax',
  gross: 'the same with tax',
  tax: 'the tax alone',
  refunded: 'as much of a credit as was claimed back',
  accepted: 'as much of the rest as was accepted as a difference, or written off',
  credited: 'the rest of it',
  remainder: 'the balance of the clearing account',
  decided: 'the amount that the decision is about',
  cost: 'the cost of a member of a pool',
} as const;
export type Quantity = keyof typeof QUANTITIES;

type Entry = readonly [debit: Account, credit: Account, of: Quantity];

export interface Rule {
  /** What it follows from. */
  readonly from: 'event' | 'line' | 'decision' | 'proof' | 'pool';
  readonly when: string;
  readonly mass?: readonly Entry[];
  /** Where the account of the tenant is billed, and where the payer pays at a hosted checkout. */
  readonly account?: readonly Entry[];
  readonly checkout?: readonly Entry[];
}

/** Of statement lines and decisions: whoever ordered, it is the account that is billed. */
const billed = (...entries: readonly Entry[]): Pick<Rule, 'account' | 'checkout'> => ({
  account: entries,
  checkout: entries,
});

/**
 * Everything that is ever posted. An amount of zero is not posted, and one below zero is posted the other way round.
 * docs/ledger.md is generated from this table.
 */
export const POSTING_RULES = {
  commit: {
    from: 'event',
    when: 'the order is bought: the first of placed, accepted, retired and completed',
    mass: [['on_order', 'provider', 'ordered']],
    account: [['commitment', 'commitment_contra', 'net']],
  },
  recognise: {
    from: 'event',
    when: 'its credits are retired: the first of retired and completed',
    mass: [['retired', 'on_order', 'ordered']],
    account: [
      ['commitment_contra', 'commitment', 'net'],
      ['expense', 'clearing', 'net'],
    ],
    checkout: [['customer_paid', 'customer_paid_contra', 'gross']],
  },
  reprice_order: {
    from: 'event',
    when: 'another price is known before the credits are retired: by how much it differs',
    account: [['commitment', 'commitment_contra', 'net']],
  },
  reprice_retired: {
    from: 'event',
    when: 'the same after that',
    account: [['expense', 'clearing', 'net']],
    checkout: [['customer_paid', 'customer_paid_contra', 'gross']],
  },
  undo: {
    from: 'event',
    when: 'cancelled or failed after it was bought, and not retired',
    mass: [['provider', 'on_order', 'ordered']],
    account: [['commitment_contra', 'commitment', 'net']],
  },
  invoice: {
    from: 'line',
    when: 'a charge for an order: for one that its payer has paid, too, until it is claimed back',
    ...billed(['clearing', 'payable', 'net'], ['tax', 'payable', 'tax']),
  },
  credit: {
    from: 'line',
    when: 'a credit for an order: of what was claimed back first, then of what was accepted or written off',
    ...billed(
      ['payable', 'refund_due', 'refunded'],
      ['payable', 'difference', 'accepted'],
      ['payable', 'clearing', 'credited'],
      ['payable', 'tax', 'tax'],
    ),
  },
  fee: { from: 'line', when: 'a fee', ...billed(['fees', 'payable', 'net'], ['tax', 'payable', 'tax']) },
  suspend: {
    from: 'line',
    when: 'a charge of no order',
    ...billed(['suspense', 'payable', 'net'], ['tax', 'payable', 'tax']),
  },
  suspend_credit: {
    from: 'line',
    when: 'a credit of no order: of what was claimed back under the same names first',
    ...billed(['payable', 'refund_due', 'refunded'], ['payable', 'suspense', 'credited'], ['payable', 'tax', 'tax']),
  },
  pay: {
    from: 'line',
    when: 'a payment; nothing where a payer has paid',
    account: [['payable', 'settled', 'gross']],
  },
  accept_difference: {
    from: 'decision',
    when: 'what is left on the clearing account of an order is accepted',
    ...billed(['difference', 'clearing', 'remainder']),
  },
  claim_refund: {
    from: 'decision',
    when: 'what an order was charged is claimed back',
    ...billed(['refund_due', 'clearing', 'decided']),
  },
  claim_suspended: {
    from: 'decision',
    when: 'a charge of no order is claimed back',
    ...billed(['refund_due', 'suspense', 'decided']),
  },
  meet_claim: {
    from: 'decision',
    when: 'a credit of no order turns out to be what was claimed back of none',
    ...billed(['suspense', 'refund_due', 'decided']),
  },
  keep_refund: {
    from: 'decision',
    when: 'a credit for an order that stays retired is kept',
    ...billed(['clearing', 'difference', 'decided']),
  },
  link_line: {
    from: 'decision',
    when: 'a line of no order turns out to be of one',
    ...billed(['clearing', 'suspense', 'decided']),
  },
  link_payment: {
    from: 'decision',
    when: 'a payment turns out to be that of a payer; the other way round, of the account after all',
    ...billed(['settled', 'payable', 'decided']),
  },
  expense_line: {
    from: 'decision',
    when: 'a line of no order turns out to be a fee',
    ...billed(['fees', 'suspense', 'decided']),
  },
  write_off: {
    from: 'decision',
    when: 'what was claimed back will not come',
    ...billed(['difference', 'refund_due', 'decided']),
  },
  give_up: {
    from: 'decision',
    when: 'what was bought will not come',
    mass: [['written_off', 'on_order', 'ordered']],
    ...billed(['commitment_contra', 'commitment', 'decided']),
  },
  keep_left: {
    from: 'decision',
    when: 'what is left of a pool is the house’s',
    mass: [['retired', 'pool', 'left']],
    ...billed(['expense', 'pool_cost', 'decided']),
  },
  prove: {
    from: 'proof',
    when: 'a serial number or a certificate covers a mass',
    mass: [['proven', 'retired', 'covered']],
  },
  release: {
    from: 'proof',
    when: 'the claim to it is given up',
    mass: [['retired', 'proven', 'covered']],
  },
  pool_retire: {
    from: 'pool',
    when: 'what a pool has bought is retired: in place of `recognise`',
    mass: [['pool', 'on_order', 'ordered']],
    account: [
      ['commitment_contra', 'commitment', 'net'],
      ['pool_cost', 'clearing', 'net'],
    ],
  },
  reprice_pool: {
    from: 'pool',
    when: 'another price of it is known after that: by how much it differs',
    account: [['pool_cost', 'clearing', 'net']],
  },
  pool_allocate: {
    from: 'pool',
    when: 'a member of a pool has its mass of that, and what it costs: in place of `commit` and `recognise`',
    mass: [['retired', 'pool', 'member']],
    account: [['expense', 'pool_cost', 'cost']],
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof POSTING_RULES;
export const RULE_NAMES = Object.keys(POSTING_RULES) as RuleName[];

/** One debit, one credit, and how much: what cannot be out of balance. `units` is above zero. */
export interface Entered extends Amount {
  readonly rule: RuleName;
  readonly debit: Account;
  readonly credit: Account;
}

export type Amounts = { readonly [Q in Quantity]?: Amount | undefined };

/** What a rule posts of these amounts. What it is given none of is not posted: a price need not be known. */
export const apply = (rule: RuleName, paidBy: PaymentMethod, amounts: Amounts): readonly Entered[] => {
  const { mass = [], [paidBy]: money = [] }: Rule = POSTING_RULES[rule];
  return [...mass, ...money].flatMap(([debit, credit, of]) => {
    const amount = amounts[of];
    return amount === undefined ? [] : entered(rule, debit, credit, amount);
  });
};

const entered = (rule: RuleName, debit: Account, credit: Account, { asset, units }: Amount): readonly Entered[] => {
  if (units === 0n) return [];
  return units > 0n
    ? [{ rule, debit, credit, asset, units }]
    : [{ rule, debit: credit, credit: debit, asset, units: -units }];
};

/** What takes these back: nothing that was posted is ever removed. */
export const opposite = (entries: readonly Entered[]): readonly Entered[] =>
  entries.map(({ debit, credit, ...entry }) => ({ ...entry, debit: credit, credit: debit }));
