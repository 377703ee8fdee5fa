import { InvalidArgumentError, type Command } from 'commander';
import { MACHINE_SCOPES, type Scope } from '../application/access/scopes.js';
import { addLimitOptions, limitsFrom, presentLimits, type LimitOptions } from './limits.js';
import { by, refuseAct } from './refuse-act.js';
import { print } from './terminal.js';
import { addOperatorOption, dateFrom, textOf } from './text.js';
import type { Toolbox } from './toolbox.js';
import { withToolbox } from './with-toolbox.js';

type Key = Awaited<ReturnType<Toolbox['tenants']['listKeys']>>[number];

const presentKey = ({ limits, spentUsd, ...key }: Key) => ({ ...key, limits: presentLimits({ limits, spentUsd }) });

const scopesFrom = (text: string): Scope[] => {
  const scopes = text.split(',').map((scope) => scope.trim());
  const unknown = scopes.filter((scope) => !MACHINE_SCOPES.some((known) => known === scope));
  if (unknown.length > 0) throw new InvalidArgumentError(`Scopes are ${MACHINE_SCOPES.join(', ')}.`);
  return MACHINE_SCOPES.filter((scope) => scopes.includes(scope));
};

export const addKeyCommands = (cli: Command): void => {
  const keys = cli.command('keys').description('API keys');

  addOperatorOption(
    keys.command('create <tenant>').description('A new key; its text is shown this once'),
    'who makes it',
  )
    .option('--name <name>', 'what it is for', textOf('The name', { max: 200 }), 'unnamed')
    .option('--scopes <scopes>', `comma-separated, of ${MACHINE_SCOPES.join(', ')}`, scopesFrom, [
      'orders:write',
      'orders:read',
      'quotes:write',
    ])
    .option('--expires <date>', 'good until then', dateFrom)
    .action((tenant: string, options: { name: string; scopes: Scope[]; expires?: Date; operator: string }) =>
      withToolbox(async (tools) => {
        const { issueKey, environment } = tools;
        const { operator, expires } = options;
        const settings = { environment, expiresAt: expires ?? null, by: by(operator) };
        const key = await issueKey.run(tenant, options.name, options.scopes, settings);
        if (key === null) {
          const refused = { operator, act: 'key.create', subject: tenant } as const;
          return refuseAct(tools, refused, 'not_found', 'There is no such tenant, or it is revoked.');
        }
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
  ).action((id: string, { operator, ...options }: LimitOptions & { operator: string }) =>
    withToolbox(async (tools) => {
      const changed = await tools.limitBuyer.run('key', id, limitsFrom(options), by(operator));
      const key = changed && (await tools.tenants.listKeys(null)).find(({ keyId }) => keyId === id);
      if (key) return print(presentKey(key));
      await refuseAct(tools, { operator, act: 'key.limit', subject: id }, 'not_found', 'There is no such key.');
    }),
  );

  addOperatorOption(keys.command('revoke <key>').description('End a key, within 5 seconds'), 'who ends it').action(
    (id: string, { operator }: { operator: string }) =>
      withToolbox(async (tools) => {
        if (await tools.tenants.revoke('key', id, by(operator))) return print({ revoked: id });
        const refused = { operator, act: 'key.revoke', subject: id } as const;
        await refuseAct(tools, refused, 'not_found', 'There is no such key, or it was revoked before.');
      }),
  );
};
