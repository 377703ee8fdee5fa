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

/** All that must be so before a month is closed. docs/finance.md has the list from here. */
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
