import { InvalidArgumentError, type Command } from 'commander';
import { print, refuse } from './terminal.js';
import { withToolbox } from './toolbox.js';

const accountFrom = (text: string, others: Readonly<Record<string, string>>): Record<string, string> => {
  const [provider, account] = text.split('=');
  if (!provider || !account) throw new InvalidArgumentError('An account looks like cnaught=<subaccount id>.');
  return { ...others, [provider]: account };
};

export const addTenantCommands = (cli: Command): void => {
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
};
