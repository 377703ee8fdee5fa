import { BREAKS, type BreakType, type Severity } from './break-types.js';

/** One thing on which two of us disagree, each in its own words. */
export interface Fact {
  readonly field: string;
  readonly ours: string | null;
  readonly theirs: string | null;
  /** Where a statement says it: `<statement id>:<line>`. */
  readonly line?: string;
}

export interface Finding {
  readonly type: BreakType;
  readonly severity: Severity;
  /** What it is about: an order, a purchase of the provider, or a line of a statement. */
  readonly subject: string;
  readonly facts: readonly Fact[];
}

export const finding = (
  type: BreakType,
  subject: string,
  facts: readonly Fact[],
  severity: Severity = BREAKS[type].severity,
): Finding => ({ type, severity, subject, facts: facts.toSorted(byText) });

/** What a break is: the same from run to run, whatever the run saw of it. It is kept as its SHA-256. */
export const breakKeyText = (provider: string, { type, subject }: Pick<Finding, 'type' | 'subject'>): string =>
  JSON.stringify([provider, type, subject]);

/** What a run saw of a break: as long as it does not change, a decision on it stands. It is kept as its SHA-256. */
export const factsText = ({ severity, facts }: Pick<Finding, 'severity' | 'facts'>): string =>
  JSON.stringify([severity, facts.map(({ field, ours, theirs, line }) => [field, ours, theirs, line ?? null])]);

const byText = (a: Fact, b: Fact): number => compared(JSON.stringify(a), JSON.stringify(b));

export const compared = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
