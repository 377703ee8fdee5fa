import { decimalOf } from '../statements/numbers.js';
import { allocate } from '../ledger/allocate.js';
import { finding, type Fact, type Finding } from './finding.js';
import { CENT, sizeOf, toleratedOf } from './sums.js';

/** A charge that names a project and no order: it is for whatever was retired of the project and not charged before. */
export interface AggregateLine {
  readonly statementId: string;
  readonly line: number;
  /** Null where it tells none. */
  readonly grams: bigint | null;
  readonly netUnits: bigint;
  readonly taxUnits: bigint;
}

/** A retired order of its project that nothing was charged for: its mass, and its price without tax. */
export interface AggregateOrder {
  readonly orderId: string;
  readonly grams: bigint;
  readonly netUnits: bigint;
}

/** What of a line is an order's. */
export interface LinePart {
  readonly statementId: string;
  readonly line: number;
  readonly orderId: string;
  readonly grams: bigint;
  readonly netUnits: bigint;
  readonly taxUnits: bigint;
}

/** For more, a provider is asked for lines of single orders: a break has to be read by people. */
export const MOST_ORDERS_OF_A_LINE = 10_000;

/** Of those that are named with a line that is not allocated. */
const MOST_NAMED = 500;

/**
 * Whether a line is for these orders, and what of it is each one's: its price, with what is tolerated of the difference
 * spread evenly, so that no order has more of it than it may have for itself. No parts where mass, net or tax are not
 * theirs. `orders` by id. `taxRate` in millionths; null: no tax is charged.
 */
const allocateLine = (
  line: AggregateLine,
  orders: readonly AggregateOrder[],
  taxRate: bigint | null,
): { readonly parts: readonly LinePart[]; readonly finding: Finding } => {
  const subject = `${line.statementId}:${line.line}`;
  const sum = (of: (order: AggregateOrder) => bigint): bigint => orders.reduce((all, each) => all + of(each), 0n);
  const [net, mass] = [sum(({ netUnits }) => netUnits), sum(({ grams }) => grams)];
  const tax = (line.netUnits * (taxRate ?? 0n)) / 1_000_000n;
  const facts: readonly Fact[] = [
    { field: 'net', ours: decimalOf(net), theirs: decimalOf(line.netUnits), line: subject },
    { field: 'orders', ours: String(orders.length), theirs: null },
    ...(line.grams === mass ? [] : [{ field: 'grams', ours: String(mass), theirs: line.grams?.toString() ?? null }]),
    ...(line.taxUnits === tax ? [] : [{ field: 'tax', ours: decimalOf(tax), theirs: decimalOf(line.taxUnits) }]),
  ];
  const isTheirs =
    orders.length > 0 &&
    orders.length <= MOST_ORDERS_OF_A_LINE &&
    sizeOf(line.netUnits - net) <= toleratedOf(orders.length) &&
    (line.grams ?? mass) === mass &&
    sizeOf(line.taxUnits - tax) <= (taxRate === null ? 0n : CENT);
  if (isTheirs) return { parts: partsOf(line, orders, net), finding: finding('aggregate_allocated', subject, facts) };
  const named = orders
    .slice(0, MOST_NAMED)
    .map(({ orderId, netUnits }) => ({ field: 'order', ours: `${orderId} ${decimalOf(netUnits)}`, theirs: null }));
  return { parts: [], finding: finding('aggregate_differs', subject, [...facts, ...named]) };
};

/** The same of several, in their order: what one has is no more for the next. */
export const allocateLines = (
  lines: readonly { readonly line: AggregateLine; readonly orders: readonly AggregateOrder[] }[],
  taxRate: bigint | null,
): { readonly parts: readonly LinePart[]; readonly findings: readonly Finding[] } => {
  const [parts, findings]: [LinePart[], Finding[]] = [[], []];
  const taken = new Set<string>();
  for (const { line, orders } of lines) {
    const left = orders.filter(({ orderId }) => !taken.has(orderId));
    const allocated = allocateLine(line, left, taxRate);
    for (const part of allocated.parts) taken.add(part.orderId);
    parts.push(...allocated.parts);
    findings.push(allocated.finding);
  }
  return { parts, findings };
};

const partsOf = (line: AggregateLine, orders: readonly AggregateOrder[], net: bigint): readonly LinePart[] => {
  const difference = line.netUnits - net;
  const evenly = orders.map(() => 1n);
  const off = allocate(sizeOf(difference), evenly);
  const tax = allocate(line.taxUnits, net > 0n ? orders.map(({ netUnits }) => netUnits) : evenly);
  return orders.map(({ orderId, grams, netUnits }, index) => ({
    statementId: line.statementId,
    line: line.line,
    orderId,
    grams,
    netUnits: netUnits + (difference < 0n ? -(off[index] ?? 0n) : (off[index] ?? 0n)),
    taxUnits: tax[index] ?? 0n,
  }));
};
