import type { Command } from 'commander';
import type { ProviderId } from '../domain/providers/calls.js';
import { refuseAct } from './refuse-act.js';
import { print } from './terminal.js';
import { addOperatorOption } from './text.js';
import { withToolbox } from './with-toolbox.js';

export const addProviderCommands = (cli: Command): void => {
  const providers = cli.command('providers').description('Accounts at providers');

  providers
    .command('accounts')
    .description('The addresses and accounts that orders were sent to, and how many orders are open at each')
    .action(() => withToolbox(async ({ farSides }) => print(await farSides.list())));

  addOperatorOption(
    providers
      .command('confirm-account <provider> <id>')
      .description(
        'Say that an address and key are the same account as the one with the open orders, as after a new key',
      ),
    'who says so',
  ).action((provider: string, id: string, { operator }: { operator: string }) =>
    withToolbox(async (tools) => {
      const confirmed = await tools.farSides.confirmAccount(provider as ProviderId, id, operator);
      if (confirmed.length > 0) return print({ confirmed: id, same_account_as: confirmed });
      const why = 'Nothing to confirm: no such id, no open order at another account, or one is live and one a sandbox.';
      await refuseAct(tools, { operator, act: 'provider.confirm_account', subject: id }, 'nothing_to_confirm', why);
    }),
  );
};
