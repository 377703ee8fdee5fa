import type { MonthId } from '../periods/month.js';

/** Counted up with every change of what is compared, or how: then the same is compared anew. */
export const RULES_VERSION = 10;

/**
 * Books are compared while they are new: those of orders that have moved since so long before the cut-off. To post a million
 * orders anew takes minutes, and `finance verify` does that.
 */
export const NEW_BOOKS_MS = 2 * 86_400_000;

/** Beyond the time that the provider may take to show a purchase: clocks, and calls that are under way. */
export const CUT_OFF_MARGIN_MS = 300_000;

/** A list that was read so lately is not read again. */
export const SNAPSHOT_REUSE_MS = 900_000;

/** A list whose rows move up while it is read is begun again so often. */
export const MAX_RESTARTS = 3;

/** Pages in a row that cannot be had, half a minute apart, until a run is given up. */
export const MAX_FAILURES = 20;

export const RUN_STATUSES = ['collecting', 'matching', 'completed', 'failed'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const RUN_FAILURES = {
  provider_list_unstable: 'rows of the list moved while it was read, each time: try again when less is bought',
  provider_unavailable: 'the provider could not be read',
  provider_not_enabled: 'the provider was disabled meanwhile',
} as const;
export type RunFailure = keyof typeof RUN_FAILURES;

export const COVERAGES = ['complete', 'known_only'] as const;

/** What is compared with what. */
export interface RunScope {
  readonly provider: string;
  /** One of the provider's own, of a tenant; null: the gateway's. */
  readonly account: string | null;
  readonly periodId: MonthId;
  readonly cutOffAt: Date;
  /** Finds, and changes no break. */
  readonly dryRun: boolean;
}

/** What was compared, as counts. */
export interface RunLegs {
  readonly orders: { readonly count: number; readonly grams: string };
  readonly provider: { readonly coverage: string; readonly rows: number; readonly unread: number };
  readonly statements: { readonly ids: readonly string[]; readonly lines: number };
}

export interface RunCounts {
  /** Orders, purchases and lines on which everything agrees. */
  readonly agreed: number;
  /** Findings that time settles. */
  readonly timing: number;
  /** Findings that a rule settles. */
  readonly byRule: number;
  readonly breaks: number;
  readonly types: Readonly<Record<string, number>>;
}

export interface Run extends RunScope {
  readonly id: string;
  readonly fresh: boolean;
  readonly status: RunStatus;
  readonly failure: RunFailure | null;
  /** Of the provider's list, read so far. */
  readonly progress: { readonly pages: number; readonly rows: number } | null;
  readonly snapshotId: string | null;
  readonly legs: RunLegs | null;
  readonly counts: RunCounts | null;
  /** SHA-256 in hexadecimal digits. */
  readonly inputHash: string | null;
  readonly resultHash: string | null;
  /** The run that had compared the same before, and is the answer. */
  readonly sameAs: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** Since when its findings, and the list that it read, may be gone. */
  readonly prunedAt: Date | null;
}

/** What a run compares, as one text: kept as its SHA-256. */
export const inputText = (
  { provider, account, periodId, cutOffAt }: RunScope,
  snapshotId: string,
  statements: readonly string[],
  sums: {
    readonly orders: number;
    readonly orderVersions: string;
    readonly breakVersions: string;
    readonly provenGrams: string;
    readonly clearing: string;
    readonly books: string;
  },
): string =>
  JSON.stringify([
    RULES_VERSION,
    provider,
    account,
    periodId,
    cutOffAt.toISOString(),
    snapshotId,
    statements,
    sums.orders,
    sums.orderVersions,
    sums.breakVersions,
    sums.provenGrams,
    sums.clearing,
    sums.books,
  ]);
