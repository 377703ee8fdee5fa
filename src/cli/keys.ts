import { InvalidArgumentError, type Command } from 'commander';
import { SCOPES, type Scope } from '../application/access/scopes.js';
import { addLimitOptions, limitsFrom, presentLimits, type LimitOptions } from './limits.js';
import { print, refuse } from './terminal.js';
import { textOf } from './text.js';
import type { Toolbox } from './toolbox.js';
import { withToolbox } from './with-toolbox.js';

type Key = Awaited<ReturnType<Toolbox['tenants']['listKeys']>>[number];

const presentKey = ({ limits, spentUsd, ...key }: Key) => ({ ...key, limits: presentLimits({ limits, spentUsd }) });

const scopesFrom = (text: string): Scope[] => {
  const scopes = text.split(',').map((scope) => scope.trim());
  const unknown = scopes.filter((scope) => !SCOPES.some((known) => known === scope));
  if (unknown.length > 0) throw new InvalidArgumentError(`Scopes are ${SCOPES.join(', ')}.`);
  return SCOPES.filter((scope) => scopes.includes(scope));
};

const dateFrom = (text: string): Date => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('A date looks like 2027-01-31.');
  return date;
};

export const addKeyCommands = (cli: Command): void => {
  const keys = cli.command('keys').description('API keys');

  keys
    .command('create <tenant>')
    .description('A new key; its text is shown this once')
    .option('--name <name>', 'what it is for', textOf('The name', { max: 200 }), 'unnamed')
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
    .description('All keys, without their secrets: when they were last used, what they may buy and have spent')
    .option('--tenant <tenant>', 'of one tenant')
    .action(({ tenant }: { tenant?: string }) =>
      withToolbox(async ({ tenants }) => print((await tenants.listKeys(tenant ?? null)).map(presentKey))),
    );

  addLimitOptions(
    keys.command('limit <key>').description('What a key may buy, within the limits of its tenant'),
  ).action((id: string, options: LimitOptions) =>
    withToolbox(async ({ tenants }) => {
      const changed = await tenants.limitKey(id, limitsFrom(options));
      const key = changed && (await tenants.listKeys(null)).find(({ keyId }) => keyId === id);
      print(key ? presentKey(key) : refuse('There is no such key.'));
    }),
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
};
