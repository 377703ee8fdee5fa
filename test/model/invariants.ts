import { isTerminal, type OrderStatus } from '../../src/domain/orders/lifecycle.js';
import { endsWithObservation, type ReviewReason } from '../../src/domain/orders/review.js';
import type { State } from './purchase-state.js';

type Invariant = (state: State) => boolean;

const saysNotBought = (order: OrderStatus): boolean =>
  order === 'failed' || order === 'cancelled' || order === 'expired';

/** A person is told, and stays told until it is put right. */
const isWithPerson = (review: ReviewReason | null): boolean => review !== null && !endsWithObservation(review);

/** These hold even when the provider breaks its promises: a second purchase may then happen, but is never hidden. */
const WHATEVER_HAPPENS = {
  /** A purchase that was seen here is the order's own, or a person knows. */
  seen_is_never_forgotten: ({ purchases, adopted, review }) =>
    purchases.every(({ sighted }, index) => !sighted || adopted === index || isWithPerson(review)),
  /** An order that ended says of its purchase what its provider says. */
  end_agrees_with_provider: ({ order, adopted, purchases }) => {
    const status = adopted === null ? undefined : purchases[adopted]?.status;
    if (order === 'completed') return status === 'completed';
    return !saysNotBought(order) || status === undefined || status === 'cancelled';
  },
  open_order_has_a_task: ({ order, task }) => isTerminal(order) || task,
  lease_has_one_holder: ({ workers }) => workers.filter(({ holdsToken }) => holdsToken).length <= 1,
  /** The database's own rules are the last line: what they would have to refuse is wrong already. */
  database_refuses_nothing: ({ breach }) => breach === null,
  one_checkout_is_shown: ({ checkouts }) => checkouts.length <= 1,
  /** What is proven absent is sent once more, not twice: by then the proof is in question. */
  second_absence_goes_to_a_person: ({ attempts }) =>
    attempts.slice(0, -1).filter(({ outcome }) => outcome === 'proven_absent').length < 2,
} as const satisfies Record<string, Invariant>;

const WHILE_PROMISES_ARE_KEPT = {
  bought_once: ({ purchases }) => purchases.length <= 1,
  /** `failed`, `cancelled` and `expired` say that there is no purchase; where there is one, it is an orphan and flagged. */
  not_bought_is_true: ({ order, purchases, review }) => {
    const isBought = purchases.some(({ status }) => status !== 'cancelled');
    return !saysNotBought(order) || !isBought || isWithPerson(review);
  },
  /** Two keys on the wire are two purchases under way. */
  one_key_on_the_wire: ({ requests }) => requests.every(({ generation }) => generation === requests[0]?.generation),
} as const satisfies Record<string, Invariant>;

const ALL = { ...WHATEVER_HAPPENS, ...WHILE_PROMISES_ARE_KEPT };

export type InvariantName = keyof typeof ALL;

export const invariantsFor = (keepsPromises: boolean): Readonly<Record<string, Invariant>> =>
  keepsPromises ? ALL : WHATEVER_HAPPENS;

/** One alone, or none to look for what is stuck: shows the harm of a broken rule and not only the first sign of it. */
export const invariantNamed = (name: InvariantName | 'stuck'): Readonly<Record<string, Invariant>> =>
  name === 'stuck' ? {} : { [name]: ALL[name] };
