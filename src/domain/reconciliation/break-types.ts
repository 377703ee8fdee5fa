/** `blocking`: the period is not closed with it. `warning`: a person should look. `info`: it is said, and no more. */
export const SEVERITIES = ['blocking', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a person may make of a break. */
export const RESOLUTIONS = {
  link_order: 'the purchase is that of an order, which a person names',
  not_ours: 'the purchase was made beside the gateway',
  claim_refund: 'the provider owes it back',
  meet_claim: 'the credit is what was claimed back, of no order',
  keep_refund: 'the credit is kept, as a difference to the price',
  accept_difference: 'the difference is taken, and posted as one',
  link_line: 'the line is that of an order, which a person names',
  expense_line: 'the line is a cost of its own, of no order',
  write_off: 'what was lost is given up',
  keep_left: 'what is left of a pool is of the house, which bears its cost',
} as const;
export type BreakResolution = keyof typeof RESOLUTIONS;
export const BREAK_RESOLUTIONS = Object.keys(RESOLUTIONS) as BreakResolution[];

interface BreakKind {
  readonly severity: Severity;
  readonly means: string;
  /** What a person may decide; none where only the facts can change. */
  readonly resolutions: readonly BreakResolution[];
  /** What else settles it. */
  readonly clears: string;
  /** Who finds it: the comparison of an order with the provider's record and statements, or a rule of another part. */
  readonly foundBy: 'judge' | 'statements' | 'ledger' | 'lots' | 'pools';
}

/** Every way in which our orders, the provider's record of them and its statements disagree. docs/breaks.md is made from it. */
export const BREAKS = {
  purchase_unknown_here: {
    severity: 'blocking',
    means: 'the provider has a purchase, and we have no order for it',
    resolutions: ['link_order', 'not_ours', 'claim_refund'],
    clears: 'an operator adopts it',
    foundBy: 'judge',
  },
  purchase_missing_there: {
    severity: 'blocking',
    means: 'we have bought, and a complete list of the provider lacks it after its settle time',
    resolutions: ['write_off'],
    clears: 'the provider corrects its record',
    foundBy: 'judge',
  },
  bought_twice: {
    severity: 'blocking',
    means: 'the provider has two purchases on account for one order',
    resolutions: ['claim_refund'],
    clears: 'one of them is cancelled',
    foundBy: 'judge',
  },
  paid_twice: {
    severity: 'blocking',
    means: 'two hosted payments were made for one order',
    resolutions: ['claim_refund'],
    clears: 'one of them is refunded to its payer',
    foundBy: 'judge',
  },
  in_doubt_at_cut_off: {
    severity: 'blocking',
    means: 'the order was being sent, or in doubt',
    resolutions: [],
    clears: 'the gateway settles it',
    foundBy: 'judge',
  },
  state_differs: {
    severity: 'blocking',
    means:
      'the provider and we say different things of the order; a warning where neither says retired and both say that it was bought',
    resolutions: [],
    clears: 'a refresh, or a review by an operator',
    foundBy: 'judge',
  },
  mass_differs: {
    severity: 'blocking',
    means: "the ordered mass is not that of the provider's record, or of its statement",
    resolutions: [],
    clears: 'the provider corrects it, or the purchase is adopted',
    foundBy: 'judge',
  },
  price_differs: {
    severity: 'warning',
    means: "the price is not that of the provider's record, by more than a cent",
    resolutions: [],
    clears: 'a price on evidence',
    foundBy: 'judge',
  },
  currency_differs: {
    severity: 'blocking',
    means: 'order, record and statement are not in one currency',
    resolutions: [],
    clears: 'a corrected statement',
    foundBy: 'judge',
  },
  reference_conflict: {
    severity: 'blocking',
    means: "the provider's id and our reference name different orders",
    resolutions: ['link_order', 'link_line'],
    clears: 'the provider corrects it',
    foundBy: 'judge',
  },
  charge_unknown: {
    severity: 'blocking',
    means: 'a charge, or a credit, of no order and no purchase',
    resolutions: ['link_line', 'claim_refund', 'meet_claim', 'expense_line'],
    clears: 'the order that it names turns up',
    foundBy: 'judge',
  },
  charge_for_unbought: {
    severity: 'blocking',
    means: 'a charge for an order that was not bought, or was undone',
    resolutions: ['claim_refund'],
    clears: 'a credit note',
    foundBy: 'judge',
  },
  charge_for_payer: {
    severity: 'blocking',
    means: 'the account is charged for what a payer has paid on a hosted page',
    resolutions: ['claim_refund'],
    clears: 'a credit note',
    foundBy: 'judge',
  },
  charged_twice: {
    severity: 'blocking',
    means: 'more than one charge for an order, and together more than its price',
    resolutions: ['claim_refund'],
    clears: 'a credit note',
    foundBy: 'judge',
  },
  amount_differs: {
    severity: 'blocking',
    means: 'what is charged is not the price without tax, by more than a cent',
    resolutions: ['accept_difference', 'claim_refund'],
    clears: 'a credit note, or a further invoice',
    foundBy: 'judge',
  },
  difference_tolerated: {
    severity: 'info',
    means:
      'what is charged is the price without tax but for at most a cent, or is so again since a difference was accepted',
    resolutions: [],
    clears: 'its run: it is posted as a difference, beside what was accepted, and taken back once it is none any more',
    foundBy: 'judge',
  },
  tax_differs: {
    severity: 'blocking',
    means: 'the tax is not what the rate makes of what is charged, by more than a cent for each line',
    resolutions: [],
    clears: 'a corrected invoice',
    foundBy: 'judge',
  },
  fee_unallocated: {
    severity: 'info',
    means: 'a fee, which is of no order',
    resolutions: ['expense_line'],
    clears: 'nothing else',
    foundBy: 'judge',
  },
  not_invoiced: {
    severity: 'info',
    means: 'retired, and not invoiced yet: it is accrued',
    resolutions: [],
    clears: 'its invoice',
    foundBy: 'judge',
  },
  invoice_overdue: {
    severity: 'warning',
    means: 'retired, and not invoiced within the days that the provider takes',
    resolutions: [],
    clears: 'its invoice; ask for it',
    foundBy: 'judge',
  },
  invoiced_early: {
    severity: 'info',
    means: 'invoiced, and not retired yet: it is prepaid',
    resolutions: [],
    clears: 'its retirement',
    foundBy: 'judge',
  },
  unpriced: {
    severity: 'blocking',
    means: 'retired, and nobody told a price',
    resolutions: [],
    clears: "a statement, or an operator's price on evidence",
    foundBy: 'judge',
  },
  refund_expected: {
    severity: 'warning',
    means: 'the provider owes something back, for at most 60 days',
    resolutions: ['write_off'],
    clears: 'its credit note',
    foundBy: 'judge',
  },
  refund_overdue: {
    severity: 'warning',
    means: 'the provider has owed something back for more than 60 days',
    resolutions: ['write_off'],
    clears: 'its credit note; ask for it',
    foundBy: 'judge',
  },
  refund_unexpected: {
    severity: 'warning',
    means: 'a credit, and nobody has claimed any',
    resolutions: ['keep_refund'],
    clears: 'a charge that it belongs to',
    foundBy: 'judge',
  },
  proof_missing: {
    severity: 'warning',
    means: 'retired for longer than the provider takes to prove it, and no proof is stored',
    resolutions: [],
    clears: 'its certificate or serial numbers',
    foundBy: 'judge',
  },
  payment_unmatched: {
    severity: 'warning',
    means: 'a payment is not the price of the order that its payer has bought, or is more than the account owes',
    resolutions: ['link_line'],
    clears: 'the statement that it pays, or a corrected one',
    foundBy: 'statements',
  },
  aggregate_differs: {
    severity: 'blocking',
    means: 'a line for all orders of a project is not what those cost that it can be for',
    resolutions: ['link_line', 'claim_refund', 'expense_line'],
    clears: 'a corrected statement, or the retirement of the orders that it is for',
    foundBy: 'statements',
  },
  aggregate_allocated: {
    severity: 'info',
    means: 'a line for all orders of a project is what they cost, and is each of theirs',
    resolutions: [],
    clears: 'its run: it is posted to each of them, and taken back if the statement is reversed',
    foundBy: 'statements',
  },
  proof_disagrees: {
    severity: 'blocking',
    means: 'beneficiary, mass or project on the proof are not those of the order',
    resolutions: [],
    clears: 'the provider corrects it',
    foundBy: 'lots',
  },
  serial_overclaimed: {
    severity: 'blocking',
    means: 'more mass is claimed of a range of serial numbers than it has',
    resolutions: [],
    clears: 'a claim is released',
    foundBy: 'lots',
  },
  serial_overlap: {
    severity: 'blocking',
    means: 'two ranges of serial numbers overlap, and are not the same',
    resolutions: [],
    clears: 'a claim is released',
    foundBy: 'lots',
  },
  serial_unverified: {
    severity: 'info',
    means: 'the serial numbers cannot be read, so what they hold is not known',
    resolutions: [],
    clears: 'facts of the project',
    foundBy: 'lots',
  },
  ledger_disagrees: {
    severity: 'blocking',
    means: 'the ledger of the order is not what its events make of it: a defect',
    resolutions: [],
    clears: 'the ledger is rebuilt',
    foundBy: 'ledger',
  },
  pool_unallocated: {
    severity: 'warning',
    means: 'mass of a pool, or a part of its cost, has been of nobody for more than 35 days',
    resolutions: ['keep_left'],
    clears: 'members of the next pool, who are given it; another price of what it has bought, if only cost is left',
    foundBy: 'pools',
  },
} as const satisfies Readonly<Record<string, BreakKind>>;

export type BreakType = keyof typeof BREAKS;
export const BREAK_TYPES = Object.keys(BREAKS) as BreakType[];

/** What a rule settles as soon as a run finds it, and takes back once no run does any more: nobody has to decide. */
export const BY_RULE: ReadonlySet<BreakType> = new Set<BreakType>(['difference_tolerated', 'aggregate_allocated']);

/** What time settles by itself: it is told, and is no break of the month. */
export const TIMING: ReadonlySet<BreakType> = new Set<BreakType>(['not_invoiced', 'invoiced_early']);
