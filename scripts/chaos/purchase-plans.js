import { Random } from './random.js';

/** Shares of what clients want. One Tribe and Carbonmark let 3 and 1 calls a second through, reads included: their shares fit that. */
const KINDS = [
  [66, { name: 'cnaught account', provider: 'cnaught', method: 'account' }],
  [27, { name: 'cnaught checkout', provider: 'cnaught', method: 'checkout' }],
  [5, { name: 'one_tribe account', provider: 'one_tribe', method: 'account' }],
  [2, { name: 'carbonmark checkout', provider: 'carbonmark', method: 'checkout' }],
];

const PREFER = [
  [3, 'respond-async'],
  [5, 'wait=10'],
  [1, 'wait=2'],
  [1, 'wait=0'],
];

/** What becomes of a hosted checkout. */
const PAYERS = [
  [50, 'pays and comes back'],
  [15, 'pays and closes the browser'],
  [10, 'turns back'],
  [25, 'never comes'],
];

/** The nth purchase to make in a run: what is ordered and how this client and its payer behave. The same for the same seed. */
export function purchasePlan(seed, nth) {
  const random = new Random(seed, `purchase ${nth}`);
  const kind = random.weighted(KINDS);
  const key = `chaos-${seed}-${nth}`;
  return {
    nth,
    kind: kind.name,
    provider: kind.provider,
    method: kind.method,
    key,
    body: bodyOf(kind, key, random),
    prefer: random.weighted(PREFER),
    /** How many identical requests leave at once. */
    copies: random.chance(0.1) ? random.wholeBetween(2, 4) : 1,
    /** Sooner than the gateway may respond: the request is then repeated. */
    patienceMs: random.chance(0.25) ? random.between(300, 3_000) : random.between(12_000, 20_000),
    /** Walks away at the first sign of trouble, and never learns what became of the order. */
    givesUp: random.chance(0.03),
    cancels: kind.method === 'account' && random.chance(0.08),
    cancelAfterMs: random.between(0, 1_500),
    payer: kind.method === 'checkout' ? random.weighted(PAYERS) : null,
    payAfterMs: random.between(0, 3_000),
    /** So many made-up payment ids come back before the true one. */
    madeUp: kind.method === 'checkout' && random.chance(0.3) ? random.wholeBetween(11, 25) : 0,
  };
}

function bodyOf({ provider, method }, key, random) {
  const mass =
    provider === 'one_tribe'
      ? { value: String(random.wholeBetween(1, 3)), unit: 't' }
      : { value: String(random.wholeBetween(150, 400)), unit: 'kg' };
  const payment =
    method === 'account'
      ? { method }
      : { method, success_url: 'http://127.0.0.1/thanks?order={ORDER_ID}', cancel_url: 'http://127.0.0.1/basket' };
  return {
    mass,
    provider,
    payment,
    beneficiary: { name: 'Chaos' },
    // With a reference, the gateway also looks for orders that say the same: an order must never be its own duplicate.
    ...(random.chance(0.3) && { reference: key }),
    if_paused: random.chance(0.7) ? 'wait' : 'refuse',
  };
}
