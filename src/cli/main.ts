import 'reflect-metadata';
import { Command, InvalidArgumentError } from 'commander';
import { IssueKey } from '../application/access/issue-key.js';
import { SCOPES, type Scope } from '../application/access/scopes.js';
import { InvalidEnvironmentError } from '../config/environment.js';
import { gatewaySettings } from '../config/gateway-settings.js';
import { applyMigrations } from '../persistence/migrations/migrate.js';
import { ObservationsRepository } from '../persistence/orders/observations.repository.js';
import { PrismaService } from '../persistence/prisma/prisma.service.js';
import { TenantsRepository } from '../persistence/access/tenants.repository.js';

/** What a command works with. The database is closed when it ends. */
interface Toolbox {
  /** Past a pooler, where there is one. */
  readonly directDatabaseUrl: string;
  readonly tenants: TenantsRepository;
  readonly observations: ObservationsRepository;
  readonly issueKey: IssueKey;
  readonly environment: 'live' | 'dev';
}

const withToolbox = async (run: (tools: Toolbox) => Promise<void>): Promise<void> => {
  const settings = gatewaySettings(process.env);
  const standIns = settings.production ? null : await import('../../dev/start-up.js');
  const database = await standIns?.startDatabase(settings.databaseUrl, () => undefined);
  const url = database?.url ?? settings.databaseUrl ?? '';
  const prisma = new PrismaService({ url, maxConnections: 2 });
  const tenants = new TenantsRepository(prisma);
  const environment = settings.production ? 'live' : 'dev';
  try {
    await run({
      directDatabaseUrl: settings.directDatabaseUrl ?? url,
      tenants,
      observations: new ObservationsRepository(prisma),
      issueKey: new IssueKey(tenants),
      environment,
    });
  } finally {
    await prisma.$disconnect();
    await database?.stop();
  }
};

const print = (rows: object | readonly object[]): void => {
  process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
};

const refuse = (reason: string): never => {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
  throw new Refused();
};

class Refused extends Error {}

const scopesFrom = (text: string): Scope[] => {
  const scopes = text.split(',').map((scope) => scope.trim());
  const unknown = scopes.filter((scope) => !SCOPES.some((known) => known === scope));
  if (unknown.length > 0) throw new InvalidArgumentError(`Scopes are ${SCOPES.join(', ')}.`);
  return scopes as Scope[];
};

const dateFrom = (text: string): Date => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('A date looks like 2027-01-31.');
  return date;
};

const accountFrom = (text: string, others: Readonly<Record<string, string>>): Record<string, string> => {
  const [provider, account] = text.split('=');
  if (!provider || !account) throw new InvalidArgumentError('An account looks like cnaught=<subaccount id>.');
  return { ...others, [provider]: account };
};

const cli = new Command('cli').description('Operates the gateway of DATABASE_URL, or of .data/ in development.');

cli
  .command('migrate')
  .description('Bring the database up to date; the gateway does so itself at start')
  .action(() =>
    withToolbox(async ({ directDatabaseUrl }) => print({ applied: await applyMigrations(directDatabaseUrl) })),
  );

const tenants = cli.command('tenants').description('Who may call');

tenants
  .command('create <name>')
  .description('A new tenant')
  .option(
    '--account <provider=account>',
    'its own account at a provider, such as a CNaught subaccount',
    accountFrom,
    {},
  )
  .action((name: string, { account }: { account: Record<string, string> }) =>
    withToolbox(async ({ tenants }) => print(await tenants.create(name, account))),
  );

tenants
  .command('list')
  .description('All tenants')
  .action(() => withToolbox(async ({ tenants }) => print(await tenants.list())));

tenants
  .command('revoke <tenant>')
  .description('End all access of a tenant; its orders go on')
  .action((id: string) =>
    withToolbox(async ({ tenants }) => {
      if (!(await tenants.revoke(id))) refuse('There is no such tenant, or it was revoked before.');
      print({ revoked: id });
    }),
  );

const keys = cli.command('keys').description('API keys');

keys
  .command('create <tenant>')
  .description('A new key; its text is shown this once')
  .option('--name <name>', 'what it is for', 'unnamed')
  .option('--scopes <scopes>', `comma-separated, of ${SCOPES.join(', ')}`, scopesFrom, [
    'orders:write',
    'orders:read',
    'quotes:write',
  ])
  .option('--expires <date>', 'good until then', dateFrom)
  .action((tenant: string, options: { name: string; scopes: Scope[]; expires?: Date }) =>
    withToolbox(async ({ issueKey, environment }) => {
      const settings = { environment, expiresAt: options.expires ?? null };
      const key = await issueKey.run(tenant, options.name, options.scopes, settings);
      if (key === null) return refuse('There is no such tenant, or it is revoked.');
      print({ key });
    }),
  );

keys
  .command('list')
  .description('All keys, without their secrets')
  .option('--tenant <tenant>', 'of one tenant')
  .action(({ tenant }: { tenant?: string }) =>
    withToolbox(async ({ tenants }) => print(await tenants.listKeys(tenant ?? null))),
  );

keys
  .command('revoke <key>')
  .description('End a key, within 5 seconds')
  .action((id: string) =>
    withToolbox(async ({ tenants }) => {
      if (!(await tenants.revokeKey(id))) refuse('There is no such key, or it was revoked before.');
      print({ revoked: id });
    }),
  );

cli
  .command('orders')
  .description('Orders that a person has looked at')
  .command('clear-review <order>')
  .description('Take the review flag off an order once it is dealt with; the note stays in its history')
  .requiredOption('--note <note>', 'who decided what, and why')
  .action((id: string, { note }: { note: string }) =>
    withToolbox(async ({ observations }) => {
      if (!(await observations.clearReview(id, note))) refuse('There is no such order, or it is not under review.');
      print({ cleared: id });
    }),
  );

try {
  await cli.parseAsync();
} catch (thrown) {
  if (!(thrown instanceof Refused)) {
    process.stderr.write(`${thrown instanceof InvalidEnvironmentError ? thrown.message : String(thrown)}\n`);
    process.exitCode = 1;
  }
}
