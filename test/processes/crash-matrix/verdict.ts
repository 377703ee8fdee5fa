import { isOutcomePending } from '../../../src/domain/orders/lifecycle.js';
import { nameOf, type Case } from './cases.js';
import { expectationOf } from './expectation.js';
import type { CaseWorker, OrderRow } from './case-worker.js';
import type { Scenario } from './scenario.js';

const BOUGHT = new Set(['placed', 'accepted', 'retired', 'completed']);
const UNDONE = /_(cancelled|deleted)$/;

export interface Verdict {
  readonly case: Case;
  readonly killed: boolean;
  readonly purchases: number;
  /** Purchases on the ledger in the moment of death. */
  readonly purchasesAtDeath: number;
  readonly status: string;
  readonly review: string | null;
  /** What is wrong, each with the case; empty: nothing. */
  readonly violations: readonly string[];
}

/** Holds one case that is over against the provider's ledger, and against the only end that is right for it. */
export const judge = async (
  each: Case,
  worker: CaseWorker,
  scenario: Scenario,
  { killed, purchasesAtDeath }: { killed: boolean; purchasesAtDeath: number },
): Promise<Verdict> => {
  const orders = await worker.orders();
  const [order] = orders;
  const bought = scenario.provider.purchases();
  const expected = expectationOf(each);
  const violations = [
    ...(killed ? [] : ['the process did not die at the point']),
    ...(orders.length === 1 ? [] : [`one request made ${orders.length} orders`]),
    ...(bought.length <= 1 ? [] : [`bought ${bought.length} times`]),
    ...[...scenario.namedIds].filter((id) => id !== order?.id).map(() => 'the repeat was given another order'),
    ...(await worker.brokenOrders()),
    ...(order ? againstLedger(order, scenario) : []),
    ...(order?.status === expected.status ? [] : [`ended as ${order?.status}, not as ${expected.status}`]),
    ...(order?.review === expected.review ? [] : [`review: ${order?.review}, not ${expected.review}`]),
  ];
  if (violations.length > 0) violations.push(`this happened:\n${await worker.history()}`);
  return {
    case: each,
    killed,
    purchases: bought.length,
    purchasesAtDeath,
    status: order?.status ?? 'none',
    review: order?.review ?? null,
    violations: violations.map((what) => `${nameOf(each)}: ${what}`),
  };
};

/** The case itself did not come to its end. */
export const spoilt = async (each: Case, worker: CaseWorker, thrown: unknown): Promise<Verdict> => ({
  case: each,
  killed: false,
  purchases: 0,
  purchasesAtDeath: 0,
  status: 'none',
  review: null,
  violations: [`${nameOf(each)}: ${String(thrown)}\n${await worker.history()}`],
});

/** What the status promises and the ledger denies. */
const againstLedger = (order: OrderRow, { provider }: Scenario): string[] => {
  const bought = provider.purchases();
  const undone = provider.ledger.entries().filter(({ kind }) => UNDONE.test(kind) && kind !== 'checkout_cancelled');
  const stands = bought.length - undone.length;
  const { status, review } = order;
  const wrong = {
    'has no purchase behind it': BOUGHT.has(status) && stands !== 1,
    'is not the purchase that was made': BOUGHT.has(status) && bought[0]?.id !== order.provider_order_id,
    'ended without a purchase, and there is one': ['failed', 'expired'].includes(status) && bought.length > 0,
    'is cancelled, and the purchase stands': status === 'cancelled' && stands > 0,
    'is open, and no person is asked': (isOutcomePending(status) || status === 'awaiting_payment') && review === null,
  };
  return Object.entries(wrong).flatMap(([what, isSo]) => (isSo ? [`${status} ${what}`] : []));
};
