import 'reflect-metadata';
import { Command } from 'commander';
import { PastExpiryError } from '../application/access/issue-key.js';
import { InvalidEnvironmentError } from '../config/environment.js';
import { applyMigrations } from '../persistence/migrations/migrate.js';
import { addKeyCommands } from './keys.js';
import { addOrderCommands } from './orders.js';
import { addPrivacyCommands } from './privacy.js';
import { addProviderCommands } from './providers.js';
import { addTenantCommands } from './tenants.js';
import { print, Refused } from './terminal.js';
import { withDatabase, withToolbox } from './toolbox.js';

const cli = new Command('cli').description('Operates the gateway of DATABASE_URL, or of .data/ in development.');

cli
  .command('migrate')
  .description('Bring the database up to date; the gateway does so itself at start')
  .action(() => withDatabase(async (_, directUrl) => print({ applied: await applyMigrations(directUrl) })));

cli
  .command('check-database')
  .description('Whether the database keeps what it confirms; exits with 1 where it may not')
  .action(() =>
    withToolbox(async ({ checkDatabase }) => {
      const concerns = await checkDatabase.run();
      print({ concerns });
      if (concerns.length > 0) process.exitCode = 1;
    }),
  );

addTenantCommands(cli);
addKeyCommands(cli);
addOrderCommands(cli);
addProviderCommands(cli);
addPrivacyCommands(cli);

try {
  await cli.parseAsync();
} catch (thrown) {
  if (!(thrown instanceof Refused)) {
    const isPlain = thrown instanceof InvalidEnvironmentError || thrown instanceof PastExpiryError;
    process.stderr.write(`${isPlain ? thrown.message : String(thrown)}\n`);
    process.exitCode = 1;
  }
}
