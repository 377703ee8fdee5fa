import { isOutcomePending, type OrderStatus } from '../../src/domain/orders/lifecycle.js';
import type { ReviewReason } from '../../src/domain/orders/review.js';
import type { Idempotency, PaymentMethod } from '../../src/domain/providers/capabilities.js';
import type { CheckoutSession } from '../../src/domain/providers/calls.js';
import { KEY_SAFETY_MARGIN_MS } from '../../src/domain/purchases/timing.js';

/**
 * The state of one order's purchase: what the database holds, what each worker remembers, what is on the wire and what
 * the provider has done. Times are ages in ticks: the clock only ever moves one tick, and ages stop counting where no
 * rule can tell them apart any more, so the space is finite although time has no end.
 */

/** Where a gateway's calls go: its own account, or that of a second gateway on the same database. */
export type Account = 'ours' | 'another';

/** How the provider protects a purchase, or that it is paid at a hosted checkout. */
export type ProviderClass = 'key' | 'lookup' | 'none' | 'checkout';

/** Longer than every pause of seconds or minutes in the code, and short enough for four to fit in the key's margin. */
export const TICK_MS = 15 * 60_000;

/** The hard end of a call. */
export const CALL_TICKS = 1;

/** The lease outlasts a call that starts up to one tick after its attempt was opened, and leaves time to record. */
export const LEASE_TICKS = 3;

/** A send that starts as late as the lease allows ends this long after its attempt was opened. */
export const SEND_DEADLINE_TICKS = 2;

const VISIBILITY_TICKS = { key: 1, lookup: 2, none: 1, checkout: 1 } as const satisfies Record<ProviderClass, number>;

/** The key is used for four ticks; the margin before the provider forgets it is four more. */
const KEY_USE_TICKS = 4;
export const RETENTION_TICKS = KEY_USE_TICKS + KEY_SAFETY_MARGIN_MS / TICK_MS;

/** A hosted checkout can be paid for this long. */
export const CHECKOUT_TICKS = 2;

/** Attempts older than this are all alike: past their key's use, and visible. */
export const OLD_ATTEMPT_TICKS = 4;

/** This many looks stand for the dozen after which the real rule gives up. */
export const MANY_LOOKS = 4;

/** From the start of a call until the provider will not act on it any more and shows in its list what it did. */
export const visibleAfterTicks = (provider: ProviderClass): number => CALL_TICKS + VISIBILITY_TICKS[provider];

export const policyOf = (provider: ProviderClass): Idempotency => {
  switch (provider) {
    case 'key':
      return { kind: 'key', retentionMs: RETENTION_TICKS * TICK_MS, visibilityDelayMs: VISIBILITY_TICKS.key * TICK_MS };
    case 'lookup':
      return { kind: 'lookup', visibilityDelayMs: VISIBILITY_TICKS.lookup * TICK_MS };
    case 'none':
    case 'checkout':
      return { kind: 'none' };
  }
};

/** Whether orders can be looked up by our reference. */
export const isListed = (provider: ProviderClass): boolean => provider === 'key' || provider === 'lookup';

export const paymentOf = (provider: ProviderClass): PaymentMethod => (provider === 'checkout' ? 'checkout' : 'account');

/** What a worker makes of a response that is no purchase. */
export type Failure = 'not_sent' | 'rejected' | 'rate_limited' | 'credentials' | 'ambiguous' | 'disagrees';

export interface SentAttempt {
  readonly at: Account;
  readonly generation: number;
  readonly age: number;
  readonly outcome: Failure | 'accepted' | 'proven_absent' | null;
}

/** What a worker, suspended at any point for any time, does next. It forgets everything in a crash. */
export type Doing =
  | { readonly do: 'nothing' }
  | { readonly do: 'recover' }
  | { readonly do: 'open'; readonly generation: number; readonly repeat: boolean }
  | { readonly do: 'look'; readonly conclusive: boolean }
  | { readonly do: 'hand_over' }
  | { readonly do: 'send'; readonly attempt: number; readonly generation: number; readonly leaseLeft: number }
  | { readonly do: 'call'; readonly attempt: number; readonly age: number }
  | { readonly do: 'record_failure'; readonly attempt: number; readonly failure: Failure }
  /** `others` carry the order's reference as well. */
  | {
      readonly do: 'record_purchase';
      readonly purchase: number;
      readonly status: PurchaseStatus;
      readonly others: readonly number[];
    }
  | { readonly do: 'record_checkout'; readonly attempt: number }
  | { readonly do: 'record_not_found'; readonly proves: boolean };

export interface Worker {
  /** Whether the task still carries this worker's token. It may, long after the lease ran out. */
  readonly holdsToken: boolean;
  readonly doing: Doing;
  /**
   * The order as the worker last read or wrote it. Null where a commit decides on the order as it is: then nothing depends
   * on it, and workers that differ in it alone are alike.
   */
  readonly base: OrderRows | null;
}

/** A request between worker and provider. It outlives the worker and the call. */
export interface Request {
  readonly at: Account;
  readonly attempt: number;
  readonly generation: number;
  readonly age: number;
}

export type PurchaseStatus = 'placed' | 'completed' | 'cancelled';

/** What must never exist twice. */
export interface Purchase {
  readonly at: Account;
  readonly generation: number;
  readonly status: PurchaseStatus;
  /** Since the provider first saw its key. */
  readonly keyAge: number;
  /** For how much longer the provider's list may lack it. */
  readonly hiddenFor: number;
  /** Whether an authentic sighting of it was ever handed to the database. */
  readonly sighted: boolean;
}

/** A hosted checkout whose address the payer was shown. One that was never shown is nothing. */
export interface Checkout {
  readonly age: number;
  readonly status: CheckoutSession['status'];
  /** The same as the database has it. */
  readonly recorded: CheckoutSession['status'];
}

/** What may still go wrong. Faults are bounded so that the space is; within the bounds, all of them happen everywhere. */
export interface Budget {
  readonly crashes: number;
  /** Ticks that pass while a worker is under its running lease. Time is free otherwise. */
  readonly slowTicks: number;
  /** Requests and responses lost or late, errors with and without effect, refusals, rate limits, unreadable lists. */
  readonly faults: number;
}

/** What a decision is made on: the order with its attempts and hosted checkouts. */
export interface OrderRows {
  readonly order: OrderStatus;
  /** The purchase that the order was told is its own. */
  readonly adopted: number | null;
  readonly review: ReviewReason | null;
  readonly attempts: readonly SentAttempt[];
  /** Looks since the latest send, and how old that send was at the last of them. */
  readonly looks: number;
  readonly lookedAt: number | null;
  readonly checkouts: readonly Checkout[];
}

export interface State extends OrderRows {
  readonly task: boolean;
  /** Ticks until the lease ends; null when no token is on the task. */
  readonly leaseLeft: number | null;
  readonly workers: readonly Worker[];
  readonly requests: readonly Request[];
  readonly purchases: readonly Purchase[];
  /** Whether the price has risen above the caller's limit. */
  readonly tooDear: boolean;
  readonly budget: Budget;
  /** A write that the database's own rules refuse. */
  readonly breach: 'undeclared_move' | 'failed_while_unknown' | null;
}

export const IDLE: Worker = { holdsToken: false, doing: { do: 'nothing' }, base: null };

export const initialState = (workers: number, budget: Budget): State => ({
  order: 'created',
  adopted: null,
  review: null,
  attempts: [],
  looks: 0,
  lookedAt: null,
  task: true,
  leaseLeft: null,
  workers: Array.from({ length: workers }, () => IDLE),
  requests: [],
  purchases: [],
  checkouts: [],
  tooDear: false,
  budget,
  breach: null,
});

/**
 * One line per state. What no rule will ever ask again is left out: workers and requests have no order, an order of known
 * outcome is never decided about again, and each kind of provider reads only some of the times.
 */
export const encodeFor =
  (provider: ProviderClass, accounts: 1 | 2) =>
  (state: State): string => {
    const { crashes, slowTicks, faults } = state.budget;
    return [
      state.order,
      state.adopted,
      state.review ?? '',
      isOutcomePending(state.order) ? encodeUndecided(state, provider) : state.attempts.length,
      state.task,
      inAnyOrder(state.workers.map(encodeWorker), accounts === 1).join(';'),
      state.requests
        .map(({ attempt, generation, age, at }) => `${attempt},${generation},${age},${at}`)
        .sort()
        .join(';'),
      state.purchases.map(encodePurchase).join(';'),
      state.checkouts.map(({ age, status, recorded }) => `${age},${status},${recorded}`).join(';'),
      `${crashes},${slowTicks},${faults}`,
      state.breach,
    ].join('|');
  };

/** Workers of two accounts are not alike. */
const inAnyOrder = (encoded: string[], areAlike: boolean): string[] => (areAlike ? encoded.sort() : encoded);

/** Most steps are one worker's and leave the others as they are. */
const encodedWorkers = new WeakMap<Worker, string>();

const encodeWorker = (worker: Worker): string => {
  const known = encodedWorkers.get(worker);
  if (known !== undefined) return known;
  const { holdsToken, doing, base } = worker;
  const encoded = `${holdsToken}${Object.values(doing).join()}${base ? encodeRows(base) : ''}`;
  encodedWorkers.set(worker, encoded);
  return encoded;
};

const encodePurchase = ({ at, generation, status, keyAge, hiddenFor, sighted }: Purchase): string =>
  `${at},${generation},${status},${keyAge},${hiddenFor},${sighted}`;

const encodeUndecided = ({ attempts, looks, lookedAt, leaseLeft, tooDear }: State, provider: ProviderClass): string => {
  const ages = attempts.map(({ age, outcome }, index) => {
    const isLast = index === attempts.length - 1;
    switch (provider) {
      case 'key':
        return age;
      case 'lookup':
        return isUnknown({ outcome }) ? age : '';
      case 'checkout':
        return isLast ? age : '';
      case 'none':
        return '';
    }
  });
  const sends = attempts
    .map(({ at, generation, outcome }, index) => `${at},${generation},${ages[index]},${outcome}`)
    .join(';');
  const looked = provider === 'lookup' ? looks : provider === 'key' ? lookedAt : '';
  return [sends, looked, leaseLeft, tooDear].join('/');
};

/** All of an order that a decision reads, apart from times. */
export const encodeRows = ({ order, adopted, review, attempts, looks, lookedAt, checkouts }: OrderRows): string => {
  let text = `${order},${adopted},${review},${looks},${lookedAt}`;
  for (const { at, generation, outcome } of attempts) text += `;${at},${generation},${outcome}`;
  for (const { recorded } of checkouts) text += `;${recorded}`;
  return text;
};

export const isUnknown = ({ outcome }: Pick<SentAttempt, 'outcome'>): boolean =>
  outcome === null || outcome === 'ambiguous' || outcome === 'disagrees';

export const replaceAt = <T>(list: readonly T[], index: number, item: T): T[] =>
  list.map((each, at) => (at === index ? item : each));

export const withWorker = (state: State, index: number, worker: Partial<Worker>): State => {
  const current = state.workers[index] ?? IDLE;
  return { ...state, workers: replaceAt(state.workers, index, { ...current, ...worker }) };
};
