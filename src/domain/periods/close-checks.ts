import type { MonthId } from './month.js';

/** What a month is closed by. */
export interface CloseFacts {
  readonly periodId: MonthId;
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
  /** Those with an order or a statement in the month. */
  readonly lists: readonly ListFacts[];
  /** Blocking breaks that were first seen in the month or before, and that nobody has settled; counted up to MOST_COUNTED. */
  readonly blockingBreaks: number;
  /** The orders with something in it, and how many of them have books that are wrong. */
  readonly books: { readonly orders: number; readonly wrong: number; readonly outOfPeriod: number };
}

/** A list of purchases that a provider keeps. */
export interface ListFacts {
  readonly provider: string;
  /** One of the provider's own, of a tenant; null: the gateway's. */
  readonly account: string | null;
  /** The latest change of an order of it that the month has, or of a statement of the provider. */
  readonly changedAt: Date;
  /** The latest run of the month, not a dry one, that has compared all of it: one that read all of the list, if there is any. */
  readonly run: { readonly startedAt: Date; readonly unread: number } | null;
}

export const MOST_COUNTED = 1_000;

interface CloseCheck {
  /** What has to be so. */
  readonly means: string;
  readonly found: string;
  readonly fix: string;
  /** `fix`: to the letter, where it can be said. */
  readonly judge: (facts: CloseFacts) => { readonly ok: boolean; readonly detail: string; readonly fix?: string };
}

const many = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

const listOf = (providers: readonly { readonly provider: string }[]): string =>
  providers.map(({ provider }) => provider).join(', ');

const listName = ({ provider, account }: ListFacts): string =>
  account === null ? provider : `${provider}, account ${account}`;

const whyNotCompared = ({ run, changedAt }: ListFacts): string | null => {
  if (run === null) return 'no run has compared the whole month';
  if (run.unread > 0) return `the list was not read completely, ${many(run.unread, 'row', 'rows')} could not be read`;
  // A change within the same millisecond may be before it or after.
  return run.startedAt > changedAt ? null : `something has changed at ${changedAt.toISOString()}, after the last run`;
};

const runRequest = ({ provider, account }: ListFacts, period: MonthId, endsAt: Date): string =>
  `POST /v1/finance/reconciliations ${JSON.stringify({
    provider,
    ...(account !== null && { account }),
    period,
    cut_off: endsAt.toISOString(),
  })}`;

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
  lists_are_compared: {
    means: 'what providers list and invoice is compared with the orders of the month, as they are now',
    found:
      'of each provider with an order that was made in it or has moved the books in it, or with a statement that has, and of each account there, a run is completed, not dry, with its cut-off at the end of the month or later, without rows that could not be read, and newer than the last change of such an order and of a statement of the provider',
    fix: 'Start a run for each: POST /v1/finance/reconciliations with `provider`, `period` and, as `cut_off`, the end of the month; Runs in the dashboard; or `cli finance reconcile`. Wait for its end.',
    judge: ({ lists, periodId, endsAt }) => {
      const wanting = lists.flatMap((list) => {
        const why = whyNotCompared(list);
        return why === null ? [] : [{ list, why }];
      });
      return wanting.length === 0
        ? { ok: true, detail: lists.length === 0 ? 'No provider has anything in it.' : 'All are compared.' }
        : {
            ok: false,
            detail: wanting.map(({ list, why }) => `${listName(list)}: ${why}.`).join(' '),
            fix: `Send ${wanting.map(({ list }) => runRequest(list, periodId, endsAt)).join(', and ')}, and wait for the end.`,
          };
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
          ? 'No blocking break is open.'
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
  Object.entries<CloseCheck>(CLOSE_CHECKS).map(([check, { judge, fix }]) => ({ check, fix, ...judge(facts) }));
