import { decimalOf } from '../statements/numbers.js';
import type { BreakType } from './break-types.js';
import { finding, type Fact, type Finding } from './finding.js';
import type { Legs, OrderLeg, ProviderLeg, StatementLeg } from './legs.js';
import { refundDue } from './refund-due.js';
import {
  CENT,
  chargedFor,
  currenciesOf,
  isBought,
  isInDoubt,
  isListed,
  isRetired,
  linked,
  namesTwo,
  purchasesOf,
  sizeOf,
  standing,
} from './sums.js';

/** Finds breaks of its own types, and of no other rule's. */
export interface Rule {
  readonly types: readonly BreakType[];
  readonly find: (legs: Legs) => readonly Finding[];
}

/** A rule about an order. */
const ofOrder = (types: readonly BreakType[], find: (o: OrderLeg, legs: Legs) => readonly Finding[]): Rule => ({
  types,
  find: (legs) => (legs.o === null ? [] : find(legs.o, legs)),
});

const NONE: readonly Finding[] = [];
const lineOf = ({ statementId, line }: StatementLeg): string => `${statementId}:${line}`;
const purchase = ({ providerOrderId, state }: ProviderLeg): Fact => ({
  field: 'purchase',
  ours: null,
  theirs: `${providerOrderId} ${state}`,
});
const amounts = (lines: readonly StatementLeg[]): Fact[] =>
  lines.map((each) => ({ field: each.kind, ours: null, theirs: decimalOf(each.netUnits), line: lineOf(each) }));
const differs = (field: string, ours: bigint | null, theirs: bigint | null): Fact => ({
  field,
  ours: ours === null ? null : ours.toString(),
  theirs: theirs === null ? null : theirs.toString(),
});
const money = (field: string, ours: bigint | null, theirs: bigint | null): Fact => ({
  field,
  ours: ours === null ? null : decimalOf(ours),
  theirs: theirs === null ? null : decimalOf(theirs),
});

/** Whether what is charged can be held against the price. */
const isComparable = (o: OrderLeg, legs: Legs): boolean =>
  isBought(o) && o.payer === 'account' && o.price !== null && currenciesOf(legs).length <= 1;

const isChargedTwice = (o: OrderLeg, legs: Legs): boolean => {
  const { charges, credits, netUnits } = chargedFor(legs);
  return isComparable(o, legs) && charges.length - credits.length > 1 && netUnits > (o.price?.netUnits ?? 0n) + CENT;
};

/**
 * What the account owes for it, without tax: nothing where it was not bought, or its payer has paid it. Null: no price is
 * known.
 */
const priceDue = (o: OrderLeg): bigint | null =>
  isBought(o) && o.payer === 'account' ? (o.price?.netUnits ?? null) : 0n;

/** Whether people have accepted, or written off, just what is charged beyond what is owed, or below it. */
const isAccepted = (o: OrderLeg, legs: Legs): boolean => chargedFor(legs).netUnits - (priceDue(o) ?? 0n) === o.accepted;

const isRefundedUnasked = (o: OrderLeg, legs: Legs): boolean => {
  const { credits, netUnits } = chargedFor(legs);
  return credits.length > 0 && currenciesOf(legs).length <= 1 && !isInDoubt(o) && netUnits < (priceDue(o) ?? 0n) - CENT;
};

export const RULES: readonly Rule[] = [
  {
    types: ['purchase_unknown_here'],
    find: ({ o, p }) =>
      o === null ? p.map((each) => finding('purchase_unknown_here', each.providerOrderId, [purchase(each)])) : NONE,
  },
  ofOrder(['purchase_missing_there'], (o, { p, terms }) =>
    isBought(o) && !isListed(o, p) && terms.coverage === 'complete' && o.isSettled
      ? [finding('purchase_missing_there', o.id, [{ field: 'purchase', ours: o.status, theirs: null }])]
      : NONE,
  ),
  ofOrder(['bought_twice', 'paid_twice'], (o, legs) =>
    purchasesOf(o, legs) > 1
      ? [finding(o.payer === 'account' ? 'bought_twice' : 'paid_twice', o.id, standing(legs).map(purchase))]
      : NONE,
  ),
  ofOrder(['in_doubt_at_cut_off'], (o) =>
    isInDoubt(o) ? [finding('in_doubt_at_cut_off', o.id, [{ field: 'status', ours: o.status, theirs: null }])] : NONE,
  ),
  ofOrder(['state_differs'], (o, { p }) => {
    const ours = isRetired(o) ? 'retired' : isBought(o) ? 'open' : 'undone';
    const [theirs] = p.map(({ state }) => state).toSorted((a, b) => CERTAINTY[a] - CERTAINTY[b]);
    if (isInDoubt(o) || theirs === undefined || theirs === ours) return NONE;
    const isHarmless = ours === 'open' && theirs === 'undone';
    const facts = [{ field: 'status', ours: o.status, theirs }];
    return [finding('state_differs', o.id, facts, isHarmless ? 'warning' : 'blocking')];
  }),
  ofOrder(['mass_differs'], (o, legs) => {
    const { grams: invoiced, charges } = chargedFor(legs);
    const recorded = standing(legs).filter(({ grams }) => grams !== null && grams !== o.grams);
    const isInvoicedOtherwise =
      isBought(o) &&
      o.payer === 'account' &&
      charges.length > 0 &&
      invoiced !== null &&
      invoiced !== o.grams &&
      !isSettledByMoney(o, legs);
    const facts = [
      ...(isInDoubt(o) ? [] : recorded.map(({ grams }) => differs('grams in the record', o.grams, grams))),
      ...(isInvoicedOtherwise ? [differs('grams in statements', o.grams, invoiced)] : []),
    ];
    return facts.length > 0 ? [finding('mass_differs', o.id, facts)] : NONE;
  }),
  ofOrder(['price_differs'], (o, legs) => {
    const { price } = o;
    if (price === null || currenciesOf(legs).length > 1) return NONE;
    const gross = price.netUnits + price.taxUnits;
    const facts = standing(legs)
      .filter(({ grossUnits }) => grossUnits !== null && sizeOf(grossUnits - gross) > CENT)
      .map(({ grossUnits }) => money('price', gross, grossUnits));
    return facts.length > 0 ? [finding('price_differs', o.id, facts)] : NONE;
  }),
  ofOrder(['currency_differs'], (o, legs) =>
    currenciesOf(legs).length > 1
      ? [
          finding(
            'currency_differs',
            o.id,
            currenciesOf(legs).map((currency) => ({
              field: 'currency',
              ours: o.price?.currency ?? null,
              theirs: currency,
            })),
          ),
        ]
      : NONE,
  ),
  ofOrder(['reference_conflict'], (o, { p, s }) => {
    const facts = p.filter((each) => namesTwo(o, each)).map((each) => named(o, each));
    const lines = s.filter((each) => namesTwo(o, each));
    return [
      ...(facts.length > 0 ? [finding('reference_conflict', o.id, facts)] : NONE),
      // Each by itself: a person says whose it is.
      ...lines.map((each) => finding('reference_conflict', lineOf(each), [{ ...named(o, each), line: lineOf(each) }])),
    ];
  }),
  {
    types: ['charge_unknown'],
    find: ({ o, p, s }) =>
      o === null && p.length === 0
        ? s
            .filter(({ kind, isMet }) => kind === 'charge' || (kind === 'credit' && !isMet))
            .map((each) => finding('charge_unknown', lineOf(each), amounts([each])))
        : NONE,
  },
  ofOrder(['charge_for_unbought'], (o, legs) => {
    const { charges, netUnits } = chargedFor(legs);
    return !isBought(o) && !isInDoubt(o) && charges.length > 0 && netUnits > CENT && !isAccepted(o, legs)
      ? [finding('charge_for_unbought', o.id, [{ field: 'status', ours: o.status, theirs: null }, ...amounts(charges)])]
      : NONE;
  }),
  ofOrder(['charge_for_payer'], (o, legs) => {
    const { charges, netUnits } = chargedFor(legs);
    return isBought(o) && o.payer === 'checkout' && charges.length > 0 && netUnits > CENT && !isAccepted(o, legs)
      ? [finding('charge_for_payer', o.id, amounts(charges))]
      : NONE;
  }),
  ofOrder(['charged_twice'], (o, legs) =>
    isChargedTwice(o, legs) && !isAccepted(o, legs)
      ? [
          finding('charged_twice', o.id, [
            money('net', o.price?.netUnits ?? null, chargedFor(legs).netUnits),
            ...amounts(chargedFor(legs).charges),
          ]),
        ]
      : NONE,
  ),
  ofOrder(['amount_differs'], (o, legs) => {
    const { charges, netUnits } = chargedFor(legs);
    const price = o.price?.netUnits ?? 0n;
    const isOff = isComparable(o, legs) && charges.length > 0 && sizeOf(netUnits - price) > CENT;
    return isOff && !isChargedTwice(o, legs) && !isRefundedUnasked(o, legs) && !isAccepted(o, legs)
      ? [finding('amount_differs', o.id, [money('net', price, netUnits), ...amounts(charges)])]
      : NONE;
  }),
  ofOrder(['difference_tolerated'], (o, legs) => {
    const { charges, credits, netUnits } = chargedFor(legs);
    const due = priceDue(o);
    if (due === null || isInDoubt(o) || currenciesOf(legs).length > 1 || charges.length + credits.length === 0)
      return NONE;
    // The difference that people accepted is gone, or nearly: a further charge has come, or another price is known.
    const accepted = o.accepted === 0n ? [] : [money('accepted', o.accepted, null)];
    const isOff = (netUnits !== due || accepted.length > 0) && sizeOf(netUnits - due) <= CENT;
    return isOff ? [finding('difference_tolerated', o.id, [money('net', due, netUnits), ...accepted])] : NONE;
  }),
  ofOrder(['tax_differs'], (o, legs) => {
    const { charges, credits, taxUnits } = chargedFor(legs);
    const net = [...charges, ...credits].reduce(
      (sum, { kind, netUnits }) => sum + (kind === 'credit' ? -netUnits : netUnits),
      0n,
    );
    const expected = (net * (legs.terms.taxRate ?? 0n)) / 1_000_000n;
    const tolerated = legs.terms.taxRate === null ? 0n : CENT * BigInt(charges.length + credits.length);
    return charges.length > 0 && sizeOf(taxUnits - expected) > tolerated
      ? [finding('tax_differs', o.id, [money('tax', expected, taxUnits)])]
      : NONE;
  }),
  {
    types: ['fee_unallocated'],
    find: ({ s }) =>
      s.filter(({ kind }) => kind === 'fee').map((each) => finding('fee_unallocated', lineOf(each), amounts([each]))),
  },
  ofOrder(['not_invoiced', 'invoice_overdue'], (o, legs) => {
    const { invoiceDays } = legs.terms;
    if (
      invoiceDays === null ||
      o.payer === 'checkout' ||
      !isRetired(o) ||
      linked(legs).some(({ kind }) => kind === 'charge')
    )
      return NONE;
    const isOverdue = (o.retiredDays ?? 0) > invoiceDays;
    return [
      finding(isOverdue ? 'invoice_overdue' : 'not_invoiced', o.id, [money('net', o.price?.netUnits ?? null, null)]),
    ];
  }),
  ofOrder(['invoiced_early'], (o, legs) => {
    const { charges } = chargedFor(legs);
    return isBought(o) && !isRetired(o) && o.payer === 'account' && charges.length > 0
      ? [finding('invoiced_early', o.id, amounts(charges))]
      : NONE;
  }),
  ofOrder(['unpriced'], (o) =>
    isRetired(o) && o.price === null
      ? [finding('unpriced', o.id, [{ field: 'price', ours: null, theirs: null }])]
      : NONE,
  ),
  ofOrder(['refund_expected', 'refund_overdue'], (o) =>
    o.refundDue === null ? NONE : [refundDue(o.id, o.refundDue.days, [o.refundDue.units])],
  ),
  ofOrder(['refund_unexpected'], (o, legs) => {
    const { credits, netUnits } = chargedFor(legs);
    return isRefundedUnasked(o, legs) && !isAccepted(o, legs)
      ? [finding('refund_unexpected', o.id, [money('net', priceDue(o), netUnits), ...amounts(credits)])]
      : NONE;
  }),
  ofOrder(['proof_missing'], (o, { terms }) =>
    isRetired(o) && !o.isProven && (o.retiredDays ?? 0) > terms.proofDays
      ? [finding('proof_missing', o.id, [{ field: 'proof', ours: null, theirs: null }])]
      : NONE,
  ),
];

/** Of several purchases for one order, what is most done counts. */
const CERTAINTY = { retired: 0, open: 1, undone: 2 } as const;

/** Where an order was charged twice, or credited, so was its mass: that is said already. */
const isSettledByMoney = (o: OrderLeg, legs: Legs): boolean =>
  isChargedTwice(o, legs) || isRefundedUnasked(o, legs) || o.refundDue !== null;

const named = (
  o: OrderLeg,
  { providerOrderId, reference }: Pick<ProviderLeg, 'reference'> & { providerOrderId: string | null },
): Fact => ({
  field: 'order',
  ours: `${o.id} ${o.providerOrderId ?? ''}`,
  theirs: `${reference ?? ''} ${providerOrderId ?? ''}`,
});
