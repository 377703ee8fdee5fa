import type { MonthId } from './month.js';

/** What a month is closed by. */
export interface CloseFacts {
  readonly endsAt: Date;
  /** The database's clock. */
  readonly now: Date;
  /** Months before it that are open. */
  readonly openBefore: readonly MonthId[];
  /** Events of before its end that the ledger has not posted yet; counted up to MOST_COUNTED. */
  readonly unposted: number;
  /** Providers that retired something on account in the month, and whether a statement of it was accepted. */
  readonly billed: readonly { readonly provider: string; readonly isIn: boolean }[];
  /** Those of which no statement is waited for, by the person who closes it. */
  readonly waived: readonly string[];
  /** Blocking breaks that were first seen in the month or before, and that nobody has settled; counted up to MOST_COUNTED. */
  readonly blockingBreaks: number;
  /** The orders with something in it, and how many of them have books that are wrong. */
  readonly books: { readonly orders: number; readonly wrong: number; readonly outOfPeriod: number };
}

export const MOST_COUNTED = 1_000;

interface CloseCheck {
  /** What has to be so. */
  readonly means: string;
  readonly found: string;
  readonly fix: string;
  readonly judge: (facts: CloseFacts) => { readonly ok: boolean; readonly detail: string };
}

const many = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

const listOf = (providers: readonly { readonly provider: string }[]): string =>
  providers.map(({ provider }) => provider).join(', ');

/** All that must be so before a month is closed. docs/closing.md is generated from this table. */
export const CLOSE_CHECKS = {
  month_is_over: {
    means: 'the month has ended',
    found: 'the clock of the database is past its end, in `FINANCE_TIME_ZONE`',
    fix: 'Wait for its end.',
    judge: ({ endsAt, now }) => ({
      ok: endsAt <= now,
      detail: `It ${endsAt <= now ? 'ended' : 'ends'} at ${endsAt.toISOString()}.`,
    }),
  },
  months_before_are_closed: {
    means: 'all months before it are closed',
    found: 'no earlier month has the status `open`',
    fix: 'Close them first, the earliest one before the others.',
    judge: ({ openBefore }) => ({
      ok: openBefore.length === 0,
      detail: openBefore.length === 0 ? 'None is open.' : `Open: ${openBefore.join(', ')}.`,
    }),
  },
  everything_is_posted: {
    means: 'the ledger has posted all events of before the end of the month',
    found: 'no event that the cursor of the ledger has not passed is of before the end',
    fix: 'Wait some seconds for a worker, or run `cli finance post`. If that does not help, see the log of the workers.',
    judge: ({ unposted }) => ({
      ok: unposted === 0,
      detail:
        unposted === 0
          ? 'No event waits.'
          : `${unposted >= MOST_COUNTED ? 'At least ' : ''}${many(unposted, 'event waits', 'events wait')} to be posted.`,
    }),
  },
  statements_are_in: {
    means: 'what providers invoice for the month is accepted, or waived by whoever closes it',
    found:
      'of each provider that has retired something on account in it, an accepted invoice covers days of the month, or `waived` names it',
    fix: 'Upload and accept the statement. If none will come, close with `waived`, and say why in the note.',
    judge: ({ billed, waived }) => {
      const missing = billed.filter(({ provider, isIn }) => !isIn && !waived.includes(provider));
      const isWaived = billed.filter(({ provider, isIn }) => !isIn && waived.includes(provider));
      const told = [
        ...(missing.length > 0 ? [`No statement of ${listOf(missing)}.`] : []),
        ...(isWaived.length > 0 ? [`Waived: ${listOf(isWaived)}.`] : []),
      ];
      return { ok: missing.length === 0, detail: told.join(' ') || 'All are in.' };
    },
  },
  breaks_are_settled: {
    means: 'no blocking break of the month, or of one before it, is unsettled',
    found: 'of the breaks with severity `blocking` that were first seen in it or before, none is `open` or `waiting`',
    fix: 'Work them off: GET /v1/finance/breaks with `severity=blocking`, or Breaks in the dashboard; docs/breaks.md says what each is.',
    judge: ({ blockingBreaks }) => ({
      ok: blockingBreaks === 0,
      detail:
        blockingBreaks === 0
          ? 'None is open.'
          : `${blockingBreaks >= MOST_COUNTED ? 'At least ' : ''}${many(blockingBreaks, 'blocking break is', 'blocking breaks are')} open.`,
    }),
  },
  books_agree: {
    means: 'the books of all orders with something in the month are what follows from their events',
    found: 'as `cli finance verify --rebuild` does, for these orders',
    fix: 'Run `cli finance verify --rebuild`: it names the orders. A difference is a defect of the gateway; close nothing over it.',
    judge: ({ books: { orders, wrong, outOfPeriod } }) => ({
      ok: wrong === 0 && outOfPeriod === 0,
      detail:
        `Of ${many(orders, 'order', 'orders')}, ${many(wrong, 'has books that are', 'have books that are')} wrong; ` +
        `${many(outOfPeriod, 'transfer is', 'transfers are')} in a month that was over before.`,
    }),
  },
} as const satisfies Readonly<Record<string, CloseCheck>>;

/** How one of them ended. */
export interface CheckResult {
  /** Its name; of a closing of an earlier release it may be one that there is no more. */
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do if not. */
  readonly fix: string;
}

export const checklistOf = (facts: CloseFacts): readonly CheckResult[] =>
  Object.entries<CloseCheck>(CLOSE_CHECKS).map(([check, { judge, fix }]) => ({ check, ...judge(facts), fix }));
