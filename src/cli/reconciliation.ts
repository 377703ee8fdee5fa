import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { ORDER_ID, addOperatorOption, dateFrom, textOf } from './text.js';
import { amountText } from '../domain/ledger/units.js';
import type { MonthId } from '../domain/periods/month.js';
import { BREAK_RESOLUTIONS, type BreakResolution } from '../domain/reconciliation/break-types.js';
import { BREAK_STATUSES, type Break, type BreakStatus } from '../domain/reconciliation/break.js';
import type { RunCounts } from '../domain/reconciliation/run.js';
import { by } from './refuse-act.js';
import { print } from './terminal.js';
import { withToolbox } from './with-toolbox.js';

const monthOf = (text: string): MonthId => {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError('A month looks like 2026-11.');
  return text as MonthId;
};
const breakIdOf = (text: string): string => {
  if (!/^brk_[0-9a-z]{26}$/.test(text))
    throw new InvalidArgumentError('The id of a break looks like brk_01m8a4xgfafagv88d943e9zwx6.');
  return text;
};
const orderIdOf = (text: string): string => {
  if (!ORDER_ID.test(text))
    throw new InvalidArgumentError('The id of an order looks like ord_01m8a4xgfafagv88d943e9zwx6.');
  return text;
};

interface ReconcileOptions {
  readonly provider: string;
  readonly period: MonthId;
  readonly cutOff?: Date;
  readonly dryRun?: boolean;
  readonly fresh?: boolean;
  readonly operator: string;
}

/** Of a run that a worker carries on. */
const LOOK_MS = 1_000;

/** Exit codes for jobs: 0, all agrees; 1, there are breaks; 2, it could not be found out. */
export const addReconciliationCommands = (finance: Command): void => {
  addOperatorOption(finance.command('reconcile'), 'who starts it')
    .description(
      "Compare our orders with a provider's list and statements; workers do it. Exits with 0 if all agrees, 1 if there are breaks, 2 if it failed",
    )
    .requiredOption('--provider <id>', 'whose, such as cnaught')
    .requiredOption('--period <month>', 'the month, such as 2026-11', monthOf)
    .option(
      '--cut-off <time>',
      'only what happened before; left out, the end of the month, or just over an hour ago if that is earlier',
      dateFrom,
    )
    .option('--dry-run', 'only find, and leave every break as it is')
    .option('--fresh', 'read the list anew, though it was just read')
    .action(({ provider, period, cutOff, dryRun = false, fresh = false, operator }: ReconcileOptions) =>
      failingWith2(() =>
        withToolbox(async ({ startRun, findRun }) => {
          const wanted = { provider, account: null, periodId: period, cutOffAt: cutOff ?? null, dryRun, fresh };
          let run = await startRun.run(wanted, by(operator));
          while (run.endedAt === null) {
            await pause(LOOK_MS);
            run = await findRun.run(run.id);
          }
          print({
            id: run.id,
            status: run.status,
            failure: run.failure,
            cut_off: run.cutOffAt.toISOString(),
            counts: run.counts && presentCounts(run.counts),
            result_hash: run.resultHash,
            same_as: run.sameAs,
          });
          process.exitCode = run.status === 'failed' ? 2 : (run.counts?.breaks ?? 0) > 0 ? 1 : 0;
        }),
      ),
    );

  const breaks = finance.command('breaks').description('Where orders, providers and statements disagree');

  breaks
    .command('list')
    .description('Up to 100 breaks, newest first; exits with 1 if there are any')
    .addOption(new Option('--status <status>', 'in which state').choices(BREAK_STATUSES).default('open'))
    .option('--provider <id>', 'at which provider')
    .option('--period <month>', 'of which month', monthOf)
    .action(({ status, provider, period }: { status: BreakStatus; provider?: string; period?: MonthId }) =>
      failingWith2(() =>
        withToolbox(async ({ findBreak }) => {
          const filter = {
            status,
            ...(provider !== undefined && { provider }),
            ...(period !== undefined && { periodId: period }),
          };
          const { breaks: found } = await findBreak.page(filter, null, 100);
          print(found.map(presentBreak));
          process.exitCode = found.length > 0 ? 1 : 0;
        }),
      ),
    );

  addOperatorOption(breaks.command('resolve'), 'who decides')
    .description('Decide what is made of a break, and post it. Above the limit it takes two people, over the API')
    .argument('<break>', 'the id of the break', breakIdOf)
    .addOption(
      new Option('--resolution <resolution>', 'what is made of it').choices(BREAK_RESOLUTIONS).makeOptionMandatory(),
    )
    .requiredOption('--note <note>', 'why', textOf('The note', { max: 2_000, lines: true }))
    .option('--order <order>', 'the order that it is about, with link_order and link_line', orderIdOf)
    .action(
      (
        id: string,
        {
          resolution,
          note,
          order,
          operator,
        }: { resolution: BreakResolution; note: string; order?: string; operator: string },
      ) =>
        failingWith2(() =>
          withToolbox(async ({ resolveBreak }) => {
            const { found, posted } = await resolveBreak.run(
              id,
              { resolution, note, orderId: order ?? null },
              by(operator),
            );
            print({
              ...presentBreak(found),
              posted: posted.map((entry) => ({
                debit: entry.debit,
                credit: entry.credit,
                asset: entry.asset,
                amount: amountText(entry),
              })),
            });
          }),
        ),
    );
};

const presentCounts = ({ byRule, ...counts }: RunCounts) => ({ ...counts, by_rule: byRule });

const presentBreak = ({ id, type, severity, status, provider, subject, periodId, facts, resolution }: Break) => ({
  id,
  type,
  severity,
  status,
  provider,
  subject,
  period: periodId,
  facts,
  resolution,
});

/** What commands print and exit with is their own; that one could not do its work has another code than what it found. */
const failingWith2 = async (run: () => Promise<void>): Promise<void> => {
  try {
    await run();
  } catch (thrown) {
    process.exitCode = 2;
    throw thrown;
  }
};
