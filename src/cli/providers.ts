import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { ProviderId } from '../domain/providers/calls.js';
import { print, refuse } from './terminal.js';
import { operatorFrom } from './text.js';
import { withToolbox } from './with-toolbox.js';

export const addProviderCommands = (cli: Command): void => {
  const providers = cli.command('providers').description('Accounts at providers');

  providers
    .command('accounts')
    .description('The addresses and accounts that orders were sent to, and how many orders are open at each')
    .action(() => withToolbox(async ({ farSides }) => print(await farSides.list())));

  providers
    .command('confirm-account <provider> <id>')
    .description('Say that an address and key are the same account as the one with the open orders, as after a new key')
    .option('--operator <name>', 'who says so', operatorFrom, userInfo().username)
    .action((provider: string, id: string, { operator }: { operator: string }) =>
      withToolbox(async ({ farSides }) => {
        const confirmed = await farSides.confirmAccount(provider as ProviderId, id, operator);
        if (confirmed.length === 0)
          refuse('Nothing to confirm: no such id, no open order at another account, or one is live and one a sandbox.');
        print({ confirmed: id, same_account_as: confirmed });
      }),
    );
};
