import { InvalidArgumentError, type Command } from 'commander';
import { addLimitOptions, limitsFrom, presentLimits, type LimitOptions } from './limits.js';
import { by, refuseAct } from './refuse-act.js';
import { print } from './terminal.js';
import { addOperatorOption, textOf } from './text.js';
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

  addOperatorOption(tenants.command('create').description('A new tenant'), 'who makes it')
    .argument('<name>', 'whose it is', textOf('The name', { max: 200 }))
    .option(
      '--account <provider=account>',
      'its own account at a provider, such as a CNaught subaccount',
      accountFrom,
      {},
    )
    .action((name: string, { account, operator }: { account: Record<string, string>; operator: string }) =>
      withToolbox(async ({ tenants, defaultLimits }) =>
        print(presentTenant(await tenants.create(name, account, by(operator)), defaultLimits)),
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
  ).action((id: string, { operator, ...options }: LimitOptions & { operator: string }) =>
    withToolbox(async (tools) => {
      const changed = await tools.limitBuyer.run('tenant', id, limitsFrom(options), by(operator));
      const tenant = changed && (await tools.tenants.list()).find((each) => each.id === id);
      if (tenant) return print(presentTenant(tenant, tools.defaultLimits));
      await refuseAct(tools, { operator, act: 'tenant.limit', subject: id }, 'not_found', 'There is no such tenant.');
    }),
  );

  addOperatorOption(
    tenants.command('revoke <tenant>').description('End all access of a tenant; its orders go on'),
    'who ends it',
  ).action((id: string, { operator }: { operator: string }) =>
    withToolbox(async (tools) => {
      if (await tools.tenants.revoke('tenant', id, by(operator))) return print({ revoked: id });
      const refused = { operator, act: 'tenant.revoke', subject: id } as const;
      await refuseAct(tools, refused, 'not_found', 'There is no such tenant, or it was revoked before.');
    }),
  );
};
