import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import type { Wish } from '../application/periods/acting-person.js';
import type { AppError } from '../domain/errors.js';
import { COST_GROUPING, type CostGrouping } from '../domain/exports/cost-groups.js';
import { EXPORT_NAMES, type ExportName } from '../domain/exports/exports.js';
import type { Closing } from '../domain/periods/closing.js';
import { MONTH_ID, type MonthId } from '../domain/periods/month.js';
import { by } from './refuse-act.js';
import { print, Refused } from './terminal.js';
import { addOperatorOption, textOf } from './text.js';
import type { Toolbox } from './toolbox.js';
import { withToolbox } from './with-toolbox.js';

const noteFrom = textOf('The note', { max: 500, lines: true });

const monthFrom = (text: string): MonthId => {
  if (!MONTH_ID.test(text)) throw new InvalidArgumentError('A month looks like 2026-11.');
  return text as MonthId;
};

const versionFrom = (text: string): number => {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('A version is a whole number from 1.');
  return Number(text);
};

const groupingFrom = (text: string): CostGrouping => {
  if (!COST_GROUPING.test(text)) throw new InvalidArgumentError('Costs are grouped by tenant, or by label:<name>.');
  return text as CostGrouping;
};

/** For jobs: 0 it is so, 1 it is not, 2 it could not be found out. */
const forJobs = async (use: (tools: Toolbox) => Promise<void>): Promise<void> => {
  try {
    await withToolbox(use);
  } catch (thrown) {
    if (!(thrown instanceof Refused)) process.exitCode = 2;
    throw thrown;
  }
};

export const addPeriodCommands = (finance: Command): void => {
  const period = finance.command('period').description('Close months, and open them again');

  period
    .command('checklist')
    .argument('<month>', 'which, such as 2026-11', monthFrom)
    .description('What has to be so before it is closed; exits with 1 where something is not')
    .action((id: MonthId) =>
      forJobs(async ({ readChecklist }) => {
        const { period: found, checks } = await readChecklist.run(id);
        const closable = found.status === 'open' && checks.every(({ ok }) => ok);
        print({ period: id, status: found.status, version: found.version, closable, checks });
        if (!closable) process.exitCode = 1;
      }),
    );

  addOperatorOption(period.command('close'), 'who closes it')
    .argument('<month>', 'which, such as 2026-11', monthFrom)
    .requiredOption('--note <note>', 'why now, kept with the closing', noteFrom)
    .option('--waive-statement <provider...>', 'of whom no statement is waited for; the note says why')
    .description('Close it; exits with 1 where a check fails')
    .action((id: MonthId, options: ActOptions & { waiveStatement?: string[] }) =>
      forJobs((tools) =>
        act(tools, 'period.close', id, options, ({ closePeriod }, wish) =>
          closePeriod.run(id, wish, options.waiveStatement ?? [], by(options.operator)),
        ),
      ),
    );

  addOperatorOption(period.command('reopen'), 'who reopens it')
    .argument('<month>', 'which, such as 2026-11', monthFrom)
    .requiredOption('--note <note>', 'why, kept with the reopening', noteFrom)
    .description('Open the latest closed month again; what its closing has kept stays')
    .action((id: MonthId, options: ActOptions) =>
      forJobs((tools) =>
        act(tools, 'period.reopen', id, options, ({ reopenPeriod }, wish) =>
          reopenPeriod.run(id, wish, by(options.operator)),
        ),
      ),
    );

  finance
    .command('export')
    .addArgument(new Argument('<kind>', 'which export: docs/closing.md').choices([...EXPORT_NAMES, 'evidence']))
    .argument('<month>', 'of which month, such as 2026-11', monthFrom)
    .option('--closing <version>', 'as this closing has kept it; by default the latest', versionFrom)
    .option('--out <file>', 'where to; by default the terminal, and what it comes to on the error channel')
    .addOption(new Option('--group-by <group>', 'of costs: sums by `tenant` or `label:<name>`').argParser(groupingFrom))
    .description('Write an export of all tenants, as CSV, or the evidence of a closing, as .tar.gz')
    .action((kind: ExportName | 'evidence', id: MonthId, { closing, out, groupBy }: ExportOptions) => {
      if (groupBy !== undefined && kind !== 'costs') throw new InvalidArgumentError('Only costs are grouped.');
      return forJobs(async ({ readExport, groupCosts, archiveClosing }) => {
        if (kind === 'evidence') {
          const { name, files, sumsSha256, bytes } = await archiveClosing.run(id, closing);
          return write(bytes, { name, files, sums_sha256: hexOf(sumsSha256) }, out);
        }
        const { name, rows, sha256, missing, bytes } =
          groupBy === undefined
            ? await readExport.ofMonth(kind, id, closing, 'all_tenants')
            : await groupCosts.run(id, closing, groupBy, 'all_tenants');
        return write(bytes, { name, rows, sha256: hexOf(sha256), missing }, out);
      });
    });
};

interface ExportOptions {
  readonly closing?: number;
  readonly out?: string;
  readonly groupBy?: CostGrouping;
}

/** Facts go where the file does not. */
const write = async (bytes: AsyncIterable<Uint8Array>, facts: object, out: string | undefined): Promise<void> => {
  if (out !== undefined) {
    await pipeline(Readable.from(bytes), createWriteStream(out));
    return print(facts);
  }
  for await (const chunk of bytes) process.stdout.write(chunk);
  process.stderr.write(`${JSON.stringify(facts)}\n`);
};

interface ActOptions {
  readonly note: string;
  readonly operator: string;
}

/** What is refused is recorded, as it is of a request. */
const act = async (
  tools: Toolbox,
  type: 'period.close' | 'period.reopen',
  id: MonthId,
  { note, operator }: ActOptions,
  run: (tools: Toolbox, wish: Wish) => Promise<{ readonly closing: Closing }>,
): Promise<void> => {
  const { closing } = await run(tools, { note, key: null }).catch(async (thrown: unknown) => {
    const { code, context, message } = thrown as Partial<AppError>;
    if (code === undefined || !REFUSALS.has(code)) throw thrown;
    await tools.recordRefusal.run(by(operator), type, id, code);
    process.stderr.write(`${message}\n`);
    if (context?.errors) process.stderr.write(`${JSON.stringify(context.errors, null, 2)}\n`);
    process.exitCode = 1;
    throw new Refused();
  });
  print({
    period: id,
    version: closing.version,
    act: closing.act,
    at: closing.at,
    journal_hash: closing.journalHash && hexOf(closing.journalHash),
    exports: closing.exports.map(({ sha256, ...seal }) => ({ ...seal, sha256: hexOf(sha256) })),
  });
};

const REFUSALS: ReadonlySet<string> = new Set([
  'period_not_found',
  'period_closed',
  'period_not_closable',
  'period_not_latest',
  'period_not_reopenable',
]);

const hexOf = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
