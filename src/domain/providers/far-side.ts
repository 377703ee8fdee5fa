import type { Attempt } from '../purchases/attempt.js';
import type { ProviderId } from './calls.js';

/**
 * Whom calls to a provider reach: an address, and an account there. What one far side knows says nothing about another:
 * absence from its list, its memory of a key and its answer to an id count only for what was sent to it.
 */
export interface FarSide {
  readonly provider: ProviderId;
  /** Twelve hex digits of a hash over all of it, the key included. */
  readonly id: string;
  readonly address: string;
  /** `sandbox` if the key says so of itself. */
  readonly environment: 'live' | 'sandbox';
}

/** The far side that this process calls. */
export interface Here {
  readonly id: string;
  /** Ids of the far sides that are the same account: this one, and those that an operator has confirmed. */
  readonly account: ReadonlySet<string>;
}

/**
 * Whether the order has a send that bought, or may have, at another account than ours. Where it went is not known of a
 * send older than these records: it counts as ours.
 */
export const sentElsewhere = (
  attempts: readonly Pick<Attempt, 'outcome' | 'farSide'>[],
  { account }: Pick<Here, 'account'>,
): boolean =>
  attempts.some(({ outcome, farSide }) => mayHaveBought(outcome) && farSide !== null && !account.has(farSide));

const mayHaveBought = (outcome: Attempt['outcome']): boolean =>
  outcome === null || outcome === 'ambiguous' || outcome === 'accepted';

/** Another account at which this database still has open orders. */
export interface Elsewhere {
  readonly address: string;
  readonly environment: FarSide['environment'];
  readonly id: string;
  readonly orders: number;
}

/** One line for whoever has started the gateway with another account, and what to do. */
export const explainElsewhere = (here: FarSide, there: readonly Elsewhere[]): string => {
  const places = there.map(({ address, environment, id, orders }) => `${orders} at ${address} (${environment}, ${id})`);
  return (
    `${here.provider} is paused: this database has open orders at another account: ${places.join(', ')}; ` +
    `this process would ask ${here.address} (${here.environment}, ${here.id}). ` +
    'Start it with the address and key of before, or with its own database. If the account is the same, as after a ' +
    `change of key: cli providers confirm-account ${here.provider} ${here.id}`
  );
};
