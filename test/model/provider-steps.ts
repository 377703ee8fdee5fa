import {
  isListed,
  OLD_ATTEMPT_TICKS,
  CHECKOUT_TICKS,
  replaceAt,
  RETENTION_TICKS,
  visibleAfterTicks,
  withWorker,
  type Checkout,
  type Doing,
  type Failure,
  type ProviderClass,
  type Purchase,
  type PurchaseStatus,
  type Request,
  type State,
  type Worker,
} from './purchase-state.js';

/** The provider, the wire and the clock: everything about an order that the gateway does not decide. */

/** What became of a request that reached the provider. */
export interface Arrival {
  readonly label: string;
  readonly next: State;
  /** Whether it takes from the budget of faults. */
  readonly isFault: boolean;
}

/** Every way in which the provider may treat a request, and what the worker that still waits for it hears. */
export const arrivals = (state: State, request: Request, provider: ProviderClass): Arrival[] => {
  const taken = { ...state, requests: state.requests.filter((each) => each !== request) };
  const waiting = state.workers.findIndex(({ doing }) => doing.do === 'call' && doing.attempt === request.attempt);
  const hears = (heard: State, doing: Doing): State => withWorker(heard, waiting, { doing });
  const fails = (after: State, failure: Failure): State =>
    hears(after, { do: 'record_failure', attempt: request.attempt, failure });
  const name = `request ${request.attempt + 1}`;

  if (provider === 'checkout') {
    if (waiting === -1) return [{ label: `${name} opens a checkout that is never shown`, next: taken, isFault: false }];
    const opened = hears(taken, { do: 'record_checkout', attempt: request.attempt });
    return [
      { label: `${name} opens a checkout`, next: opened, isFault: false },
      { label: `${name} opens a checkout, and the response is lost`, next: fails(taken, 'ambiguous'), isFault: true },
      ...refusals(name, (failure) => fails(taken, failure)),
    ];
  }

  const { after, index, status } = buy(taken, request, provider);
  if (waiting === -1)
    return [{ label: `${name} takes effect, and no worker waits for it`, next: after, isFault: false }];
  const bought = hears(after, { do: 'record_purchase', purchase: index, status, others: [] });
  return [
    { label: `${name} buys`, next: bought, isFault: false },
    { label: `${name} buys, and the response is lost or a 5xx`, next: fails(after, 'ambiguous'), isFault: true },
    { label: `${name} buys, and the response disagrees`, next: fails(after, 'disagrees'), isFault: true },
    ...refusals(name, (failure) => fails(taken, failure)),
  ];
};

/** Responses to a request that was not executed. A 5xx may be one of them, and says nothing. */
const refusals = (name: string, next: (failure: Failure) => State): Arrival[] => [
  { label: `${name} is refused`, next: next('rejected'), isFault: true },
  { label: `${name} meets a 429`, next: next('rate_limited'), isFault: true },
  { label: `${name} meets refused credentials`, next: next('credentials'), isFault: true },
  { label: `${name} is lost or meets a 5xx, without effect`, next: next('ambiguous'), isFault: true },
];

/** A key that the provider remembers shows its purchase again; anything else buys. */
const buy = (
  state: State,
  { at, generation, age }: Request,
  provider: ProviderClass,
): { after: State; index: number; status: PurchaseStatus } => {
  const known = state.purchases.findIndex(
    (each) => provider === 'key' && each.at === at && each.generation === generation && each.keyAge < RETENTION_TICKS,
  );
  const replayed = state.purchases[known];
  if (replayed) return { after: state, index: known, status: replayed.status };
  const hiddenFor = isListed(provider) ? Math.max(0, visibleAfterTicks(provider) - age) : 0;
  const purchase: Purchase = { at, generation, status: 'placed', keyAge: 0, hiddenFor, sighted: false };
  return {
    after: { ...state, purchases: [...state.purchases, purchase] },
    index: state.purchases.length,
    status: 'placed',
  };
};

/** The payer pays a checkout that was shown, while it is open. */
export const payments = (state: State): State[] =>
  state.checkouts.flatMap((checkout, index) => {
    if (checkout.status !== 'open') return [];
    const checkouts = replaceAt(state.checkouts, index, { ...checkout, status: 'complete' as const });
    const purchase: Purchase = {
      at: 'ours',
      generation: index + 1,
      status: 'placed',
      keyAge: 0,
      hiddenFor: 0,
      sighted: false,
    };
    return [{ ...state, checkouts, purchases: [...state.purchases, purchase] }];
  });

/**
 * Time goes on everywhere at once. Unless the provider breaks its promise, a request that has not arrived by the
 * settle time never will, and what it bought is listed by then.
 */
export const tick = (state: State, provider: ProviderClass, keepsPromises: boolean): State => {
  const visibleAfter = visibleAfterTicks(provider);
  const requests = state.requests
    .map((request) => ({ ...request, age: Math.min(request.age + 1, visibleAfter) }))
    .filter(({ age }) => age < visibleAfter || !keepsPromises);
  return {
    ...state,
    attempts: state.attempts.map((each) => ({ ...each, age: Math.min(each.age + 1, OLD_ATTEMPT_TICKS) })),
    leaseLeft: state.leaseLeft === null ? null : Math.max(0, state.leaseLeft - 1),
    workers: state.workers.map(olderWorker),
    requests,
    purchases: state.purchases.map((each) => ({
      ...each,
      keyAge: provider === 'key' ? Math.min(each.keyAge + 1, RETENTION_TICKS) : 0,
      hiddenFor: Math.max(0, each.hiddenFor - 1),
    })),
    checkouts: state.checkouts.map(olderCheckout),
  };
};

const olderWorker = (worker: Worker): Worker => {
  const { doing } = worker;
  if (doing.do === 'send') return { ...worker, doing: { ...doing, leaseLeft: Math.max(0, doing.leaseLeft - 1) } };
  if (doing.do === 'call') return { ...worker, doing: { ...doing, age: Math.min(doing.age + 1, 1) } };
  return worker;
};

const olderCheckout = ({ age, status, recorded }: Checkout): Checkout => {
  const older = Math.min(age + 1, CHECKOUT_TICKS);
  return { age: older, status: status === 'open' && older === CHECKOUT_TICKS ? 'expired' : status, recorded };
};
