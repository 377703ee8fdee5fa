import 'reflect-metadata';
import { Command } from 'commander';
import { addAuditCommands } from './audit.js';
import { addFinanceCommands } from './finance.js';
import { addKeyCommands } from './keys.js';
import { addOperatorCommands } from './operators.js';
import { addPrivacyCommands } from './privacy.js';
import { addProviderCommands } from './providers.js';
import { addSwitchCommands } from './switches.js';
import { addTenantCommands } from './tenants.js';
import { print, Refused } from './terminal.js';
import { addWebhookCommands } from './webhooks.js';
import { withToolbox } from './with-toolbox.js';

const cli = new Command('cli')
  .description('Operates the gateway of DATABASE_URL, or of .data/ in development.')
  // 1 is an answer (there are breaks, the chain is broken): who has typed something that there is not gets none.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

cli
  .command('migrate')
  .description('Bring tables and grants up to date, as their owner; the gateway does so itself at start if it may')
  .action(async () => {
    const toolbox = await import('./toolbox.js');
    print(await toolbox.migrate());
  });

cli
  .command('database')
  .description('Which database these commands work on; in development with its address for psql')
  .action(async () => {
    const toolbox = await import('./toolbox.js');
    print(await toolbox.whereDatabaseIs());
  });

cli
  .command('check-database')
  .description(
    'Whether the database keeps what it confirms, and history is safe from the gateway; exits with 1 where not',
  )
  .action(() =>
    withToolbox(async ({ checkDatabase }) => {
      const concerns = await checkDatabase.run();
      print({ concerns });
      if (concerns.length > 0) process.exitCode = 1;
    }),
  );

addTenantCommands(cli);
addKeyCommands(cli);
addOperatorCommands(cli);
addProviderCommands(cli);
addSwitchCommands(cli);
addPrivacyCommands(cli);
addAuditCommands(cli);
addWebhookCommands(cli);
addFinanceCommands(cli);

/** Errors that say in their message what to do. By name: to import their classes would load all of the toolbox. */
const PLAIN: ReadonlySet<unknown> = new Set(['AppError', 'InvalidEnvironmentError', 'DatabaseFailure']);

/** What Prisma and PostgreSQL say of a table or a column that is not there. */
const MISSING: ReadonlySet<unknown> = new Set(['P2021', 'P2022', '42P01', '42703']);

const explain = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  if (PLAIN.has(thrown.name)) return thrown.message;
  if ('code' in thrown && MISSING.has(thrown.code))
    return 'The database is older than this release, or empty: start the gateway once, or run the command migrate.';
  return String(thrown);
};

try {
  await cli.parseAsync();
} catch (thrown) {
  if (!(thrown instanceof Refused)) {
    process.stderr.write(`${explain(thrown)}\n`);
    process.exitCode ??= 1;
  }
}
