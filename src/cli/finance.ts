import type { Command } from 'commander';
import type { Posted } from '../application/ledger/post-ledger.js';
import { addReconciliationCommands } from './reconciliation.js';
import { addPeriodCommands } from './periods.js';
import { addStatementCommands } from './statements.js';
import { print } from './terminal.js';
import { withToolbox } from './with-toolbox.js';

export const addFinanceCommands = (cli: Command): void => {
  const finance = cli.command('finance').description('The books: what was bought, retired, charged and paid');

  finance
    .command('post')
    .description('Post everything that has happened; workers do so all the time')
    .action(() =>
      withToolbox(async ({ postLedger, claimLots }) => {
        let [events, transfers, claims] = [0, 0, 0];
        let next: Posted['next'] = 'more';
        while (next !== 'none') {
          const posted = await postLedger.run();
          events += posted.events;
          transfers += posted.transfers;
          next = posted.next;
        }
        next = 'more';
        while (next !== 'none') {
          const claimed = await claimLots.run();
          claims += claimed.claims;
          next = claimed.next;
        }
        print({ events, transfers, claims });
      }),
    );

  finance
    .command('verify')
    .description('Whether the books are what they must be, as far as they are posted; exits with 1 where not')
    .option('--rebuild', 'and what follows from the events, every transfer of every order')
    .action(({ rebuild = false }: { rebuild?: boolean }) =>
      withToolbox(async ({ verifyLedger }) => {
        const { agrees, orders, transfers, outOfPeriod, wrongLots, wrongDecisions, wrong, told } =
          await verifyLedger.run({
            rebuild,
          });
        print({
          agrees,
          orders,
          transfers,
          out_of_period: outOfPeriod,
          wrong_lots: wrongLots,
          wrong_decisions: wrongDecisions,
          wrong,
          ...(told.length > 0 && {
            first: told.map(({ orderId, broken, disagreeing }) => ({ order_id: orderId, broken, disagreeing })),
          }),
        });
        if (!agrees) process.exitCode = 1;
      }),
    );

  addPeriodCommands(finance);
  addStatementCommands(finance);
  addReconciliationCommands(finance);
};
