import { InvalidArgumentError, type Command } from 'commander';
import { addLimitOptions, limitsFrom, presentLimits, type LimitOptions } from './limits.js';
import { print, refuse } from './terminal.js';
import { textOf } from './text.js';
import type { Toolbox } from './toolbox.js';
import { withToolbox } from './with-toolbox.js';

type Tenant = Awaited<ReturnType<Toolbox['tenants']['list']>>[number];
type DefaultLimits = Toolbox['defaultLimits'];

const accountFrom = (text: string, others: Readonly<Record<string, string>>): Record<string, string> => {
  const [provider, account] = text.split('=');
  if (!provider || !account) throw new InvalidArgumentError('An account looks like cnaught=<subaccount id>.');
  return { ...others, [provider]: account };
};

const presentTenant = ({ limits, spentUsd, ...tenant }: Tenant, { limits: defaults }: DefaultLimits) => ({
  ...tenant,
  limits: presentLimits({ limits, spentUsd }, defaults),
});

export const addTenantCommands = (cli: Command): void => {
  const tenants = cli.command('tenants').description('Who may call');

  tenants
    .command('create')
    .argument('<name>', 'whose it is', textOf('The name', { max: 200 }))
    .description('A new tenant')
    .option(
      '--account <provider=account>',
      'its own account at a provider, such as a CNaught subaccount',
      accountFrom,
      {},
    )
    .action((name: string, { account }: { account: Record<string, string> }) =>
      withToolbox(async ({ tenants, defaultLimits }) =>
        print(presentTenant(await tenants.create(name, account), defaultLimits)),
      ),
    );

  tenants
    .command('list')
    .description('All tenants, with what they may buy and have spent')
    .action(() =>
      withToolbox(async ({ tenants, defaultLimits }) =>
        print((await tenants.list()).map((tenant) => presentTenant(tenant, defaultLimits))),
      ),
    );

  addLimitOptions(
    tenants.command('limit <tenant>').description('What a tenant may buy, all of its keys together'),
  ).action((id: string, options: LimitOptions) =>
    withToolbox(async ({ tenants, defaultLimits }) => {
      const changed = await tenants.limit(id, limitsFrom(options));
      const tenant = changed && (await tenants.list()).find((each) => each.id === id);
      print(tenant ? presentTenant(tenant, defaultLimits) : refuse('There is no such tenant.'));
    }),
  );

  tenants
    .command('revoke <tenant>')
    .description('End all access of a tenant; its orders go on')
    .action((id: string) =>
      withToolbox(async ({ tenants }) => {
        if (!(await tenants.revoke(id))) refuse('There is no such tenant, or it was revoked before.');
        print({ revoked: id });
      }),
    );
};
