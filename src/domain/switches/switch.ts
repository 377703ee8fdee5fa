import type { AttemptOperation } from '../purchases/attempt.js';
import { isOpenSince } from '../operators/proposal.js';

/** What a switch stops: new sends. Reads, polls, searches and reconciliation go on. */
export const SWITCH_OPERATIONS = {
  purchases: 'purchases on account',
  checkouts: 'hosted checkouts: no new one is opened',
  cancellations: 'requests to a provider to cancel',
  webhooks: 'webhooks, of one tenant or of all',
  all: 'all of these',
} as const;
export type SwitchOperation = keyof typeof SWITCH_OPERATIONS;
export const SWITCH_OPERATION_NAMES = Object.keys(SWITCH_OPERATIONS) as SwitchOperation[];

/** Under which of them a call to a provider falls. */
export const SWITCHED_AS = {
  placeOrder: 'purchases',
  createCheckout: 'checkouts',
  cancel: 'cancellations',
} as const satisfies Readonly<Record<AttemptOperation, SwitchOperation>>;

/** Nobody is there for longer without looking again. */
export const LONGEST_SWITCH_DAYS = 7;

/** Null stands for all. */
export interface SwitchScope {
  readonly provider: string | null;
  readonly tenantId: string | null;
  readonly operation: SwitchOperation;
}

/** A switch as it stands in the way of a send. */
export interface StandingSwitch {
  /** Null: it stops every tenant. */
  readonly tenantId: string | null;
  readonly reason: string;
  readonly until: Date;
}

type Person = { readonly id: string; readonly name: string };

export interface Switch {
  readonly id: string;
  readonly scope: SwitchScope;
  readonly reason: string;
  /** Who turned it on; null for a machine and at the command line. */
  readonly owner: Person | null;
  readonly onAt: Date;
  readonly until: Date;
  readonly state: SwitchState;
  /** Who would turn it off, where that takes two people. */
  readonly offProposal: { readonly by: Person; readonly at: Date; readonly reason: string } | null;
  readonly off: { readonly by: Person; readonly at: Date; readonly reason: string } | null;
}

export const SWITCH_STATES = {
  on: 'it stops what its scope says',
  off: 'a person has turned it off',
  ended: 'it came to its end',
} as const;
export type SwitchState = keyof typeof SWITCH_STATES;
export const SWITCH_STATE_NAMES = Object.keys(SWITCH_STATES) as SwitchState[];

/** @returns what is wrong with a switch, by field, to complete "<field> …"; null if nothing is. */
export const switchReasons = (
  { provider, operation }: SwitchScope,
  until: Date,
  now: Date,
): Readonly<Record<string, readonly string[]>> | null => {
  const end = endReason(until, now);
  if (end !== null) return { until: [end] };
  const isOfNobody = operation === 'webhooks' && provider !== null;
  return isOfNobody ? { 'scope.provider': ['does not go with webhooks, which are sent to tenants'] } : null;
};

const endReason = (until: Date, now: Date): string | null => {
  const leftMs = until.getTime() - now.getTime();
  if (leftMs <= 0) return `must be later than now (${now.toISOString()})`;
  const latest = new Date(now.getTime() + LONGEST_SWITCH_DAYS * 86_400_000);
  return until > latest ? `must be at most ${LONGEST_SWITCH_DAYS} days from now: ${latest.toISOString()}` : null;
};

/** It stops every tenant at every provider. */
export const isGlobal = ({ provider, tenantId }: SwitchScope): boolean => provider === null && tenantId === null;

/** Whether what a pause at the provider holds back is held back by the switch, too. */
export const coversProvider = ({ provider, operation }: SwitchScope, id: string): boolean =>
  operation !== 'webhooks' && (provider === null || provider === id);

/** Whether nothing is bought on account at the provider while it is on. */
export const stopsPurchasesAt = ({ provider, operation }: SwitchScope, id: string): boolean =>
  (operation === 'purchases' || operation === 'all') && (provider === null || provider === id);

export type OffStep = 'turn_off' | 'propose' | 'approver_required' | 'second_person_required';

/**
 * What comes of a person's wish to turn a switch off. Turning on is quick, turning off is careful: where a provider of
 * its scope is paused by itself it takes an approver, and a global one takes two people.
 */
export const offStepOf = (
  { scope, offProposal }: Pick<Switch, 'scope' | 'offProposal'>,
  by: { readonly id: string; readonly mayApprove: boolean },
  isPaused: boolean,
  now: Date,
): OffStep => {
  if (isPaused && !by.mayApprove) return 'approver_required';
  if (!isGlobal(scope)) return 'turn_off';
  if (offProposal === null || !isOpenSince(offProposal.at, now)) return 'propose';
  return offProposal.by.id === by.id ? 'second_person_required' : 'turn_off';
};
