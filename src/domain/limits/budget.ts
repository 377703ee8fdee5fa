import type { Decimal } from 'decimal.js';
import { isOpenSince } from '../operators/proposal.js';

type Person = { readonly id: string; readonly name: string };

/** What a tenant may spend in one calendar month (UTC), and what of it is spent. All in US dollars. */
export interface Budget {
  readonly tenantId: string;
  /** `2026-11`. */
  readonly period: string;
  /** The limit that holds; null for none. */
  readonly limitUsd: Decimal | null;
  /** What it comes from: a budget of this month, or what the tenant may spend in every month. */
  readonly source: 'budget' | 'every_month';
  /** Reserved and charged together. This is never above the limit by an order: what is more, prices rose after it. */
  readonly spentUsd: Decimal;
  /** What open orders count that their provider has not charged yet: it may still change, or come back. */
  readonly reservedUsd: Decimal;
  /** Who set the budget, and why; null where none is set, and by nobody for a machine. */
  readonly set: { readonly by: Person | null; readonly at: Date; readonly reason: string } | null;
  /** A higher one that waits for a second person. */
  readonly proposal: BudgetProposal | null;
  /** Of the row that keeps it; 0 for none. */
  readonly version: number;
}

export interface BudgetProposal {
  readonly limitUsd: Decimal;
  readonly by: Person;
  readonly at: Date;
  readonly reason: string;
}

export type BudgetStep =
  | { readonly do: 'set'; readonly proposedBy: string | null }
  | { readonly do: 'propose' }
  | { readonly do: 'refuse'; readonly code: 'operator_key_required' | 'second_person_required' };

/** What comes of a wish for another limit: one person lowers it, two raise it, the second with the same number. */
export const budgetStepOf = (
  { limitUsd, proposal }: Pick<Budget, 'limitUsd' | 'proposal'>,
  wantedUsd: Decimal,
  operatorId: string | null,
  now: Date,
): BudgetStep => {
  if (limitUsd === null || wantedUsd.lessThanOrEqualTo(limitUsd)) return { do: 'set', proposedBy: null };
  if (operatorId === null) return { do: 'refuse', code: 'operator_key_required' };
  const isProposed = proposal !== null && isOpenSince(proposal.at, now) && proposal.limitUsd.equals(wantedUsd);
  if (!isProposed) return { do: 'propose' };
  if (proposal.by.id === operatorId) return { do: 'refuse', code: 'second_person_required' };
  return { do: 'set', proposedBy: proposal.by.id };
};

/** How far ahead a budget can be set. */
const MONTHS_AHEAD = 12;

const monthAt = (now: Date, ahead: number): string =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead)).toISOString().slice(0, 7);

export const periodAt = (now: Date): string => monthAt(now, 0);

/** @returns why no budget can be set for a month, to complete "period …"; null if it can. */
export const periodReason = (period: string, now: Date): string | null => {
  const [first, last] = [monthAt(now, 0), monthAt(now, MONTHS_AHEAD)];
  return period < first || period > last ? `must be from ${first} to ${last}` : null;
};
