import type { ObservedStatus } from '../providers/calls.js';

export const ORDER_STATUSES = [
  'created',
  'submitting',
  'in_doubt',
  'awaiting_payment',
  'placed',
  'accepted',
  'retired',
  'completed',
  'cancelled',
  'failed',
  'expired',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** What each status promises. docs/lifecycle.md is generated from this and the table below. */
export const STATUS_MEANING: Readonly<Record<OrderStatus, string>> = {
  created: 'durable here, nothing sent',
  submitting: 'a worker holds it; the request may have left',
  in_doubt: 'sent, and no readable response; left only on evidence',
  awaiting_payment: 'a hosted checkout is open',
  placed: 'the provider has acknowledged it',
  accepted: 'the provider has approved or allocated it',
  retired: 'the credits are retired on the registry',
  completed: 'the provider is done and the proof it offers is stored',
  cancelled: 'undone before fulfilment',
  failed: 'ended without a retirement: proven not bought, or paid for and under review',
  expired: 'the hosted checkout closed without a payment',
};

/** Every move an order may make. The database holds the same table and refuses the rest. */
export const TRANSITIONS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  created: ['submitting', 'cancelled', 'failed', 'placed', 'accepted', 'retired', 'completed'],
  submitting: ['created', 'awaiting_payment', 'placed', 'accepted', 'retired', 'completed', 'failed', 'in_doubt'],
  in_doubt: ['submitting', 'awaiting_payment', 'placed', 'accepted', 'retired', 'completed', 'cancelled', 'failed'],
  awaiting_payment: ['placed', 'accepted', 'retired', 'completed', 'expired', 'cancelled', 'failed'],
  placed: ['accepted', 'retired', 'completed', 'cancelled', 'failed'],
  accepted: ['retired', 'completed', 'cancelled', 'failed'],
  retired: ['completed'],
  completed: [],
  cancelled: [],
  failed: [],
  expired: [],
};

export const isTerminal = (status: OrderStatus): boolean => TRANSITIONS[status].length === 0;

/** Whether it is not known yet what became of the order at the provider. */
export const isOutcomePending = (status: OrderStatus): boolean =>
  status === 'created' || status === 'submitting' || status === 'in_doubt';

/** How far along the way to `completed` a status is. Observing a lower one is late, not a contradiction. */
const PROGRESS: Readonly<Record<OrderStatus, number>> = {
  created: 0,
  submitting: 1,
  in_doubt: 1,
  awaiting_payment: 2,
  placed: 3,
  accepted: 4,
  retired: 5,
  completed: 6,
  cancelled: 0,
  failed: 0,
  expired: 0,
};

export type Decision =
  | { readonly kind: 'advance'; readonly to: ObservedStatus }
  /** Known already: the status stays, but evidence may still be added. */
  | { readonly kind: 'stale' }
  /** Contradicts what is recorded: the status stays, a person must look. */
  | { readonly kind: 'conflict'; readonly reason: ConflictReason };

export const CONFLICT_REASONS = ['orphan_purchase', 'undone_after_retirement', 'contradicting_end'] as const;
export type ConflictReason = (typeof CONFLICT_REASONS)[number];

/** The one rule for an observed status, from whatever source: response, callback, poll, list or operator. */
export const decide = (current: OrderStatus, observed: ObservedStatus): Decision => {
  if (current === observed) return { kind: 'stale' };
  if (TRANSITIONS[current].includes(observed)) return { kind: 'advance', to: observed };
  if (current === 'cancelled' || current === 'failed' || current === 'expired') return afterTheEnd(observed);
  const contradicts = PROGRESS[observed] === 0;
  if (!contradicts) return { kind: 'stale' };
  const retired = current === 'retired' || current === 'completed';
  return { kind: 'conflict', reason: retired ? 'undone_after_retirement' : 'contradicting_end' };
};

/** A purchase seen for an order that ended without one is an orphan: it was bought, and no order wants it. */
const afterTheEnd = (observed: ObservedStatus): Decision => {
  if (observed === 'awaiting_payment') return { kind: 'stale' };
  const bought = PROGRESS[observed] > 0;
  return { kind: 'conflict', reason: bought ? 'orphan_purchase' : 'contradicting_end' };
};
