import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ActType } from '../domain/audit/act-states.js';
import { ACTS } from '../domain/audit/acts.js';
import type { AuditRow } from '../domain/audit/chain.js';
import { print } from './terminal.js';
import { dateFrom } from './text.js';
import { withToolbox } from './with-toolbox.js';

const headFrom = (text: string): string => {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('A head has 64 hexadecimal digits.');
  return text;
};

const countFrom = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 10_000) throw new InvalidArgumentError('From 1 to 10000.');
  return count;
};

interface ListOptions {
  readonly act?: ActType;
  readonly subject?: string;
  readonly by?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
}

export const addAuditCommands = (cli: Command): void => {
  const audit = cli.command('audit').description('What keys and people decided, applied and refused');

  audit
    .command('verify')
    .description('Whether every row is as it was recorded and none is missing; exits with 1 where not')
    .option('--expect <head>', 'a head that was printed before: whether it is still there', headFrom)
    .action(({ expect }: { expect?: string }) =>
      withToolbox(async ({ verifyAudit }) => {
        const { intact, rows, upTo, head, broken } = await verifyAudit.run(expect ?? null);
        print({ intact, rows, up_to: upTo, head, ...(broken && { broken }) });
        if (!intact) process.exitCode = 1;
      }),
    );

  audit
    .command('list')
    .description('The latest rows, oldest first')
    .addOption(new Option('--act <act>', 'of one kind').choices(Object.keys(ACTS)))
    .option('--subject <id>', 'about one order, tenant, key or endpoint')
    .option('--by <operator>', 'of one operator, by id')
    .option('--from <time>', 'from then on', dateFrom)
    .option('--to <time>', 'before then', dateFrom)
    .option('--limit <count>', 'at most so many', countFrom, 100)
    .action(({ act, subject, by, from, to, limit }: ListOptions) =>
      withToolbox(async (tools) => {
        const filter = {
          act: act ?? null,
          subject: subject ?? null,
          operatorId: by ?? null,
          from: from ?? null,
          to: to ?? null,
        };
        print((await tools.audit.newest(filter, null, limit)).toReversed().map(presentRow));
      }),
    );
};

/** Without what is empty: each row has a person or a key, and what it is about. */
const presentRow = ({ number, before, after, ...row }: AuditRow): object => ({
  number: Number(number),
  ...Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
  ...(before !== null && { before: JSON.parse(before) as object }),
  ...(after !== null && { after: JSON.parse(after) as object }),
});
