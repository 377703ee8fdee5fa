import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import { print, refuse } from './terminal.js';
import { operatorFrom, ORDER_ID, textOf } from './text.js';
import { withToolbox } from './with-toolbox.js';

const orderIdFrom = (text: string): string => {
  if (!ORDER_ID.test(text))
    throw new InvalidArgumentError('The id of an order looks like ord_01m8a4xgfafagv88d943e9zwx6.');
  return text;
};

export const addOrderCommands = (cli: Command): void => {
  cli
    .command('orders')
    .description('Orders that a person has looked at')
    .command('clear-review')
    .argument('<order>', 'the id of the order', orderIdFrom)
    .description('Take the review flag off an order once it is dealt with; the note stays in its history')
    .requiredOption('--note <note>', 'what was decided, and why', textOf('The note', { max: 2_000, lines: true }))
    .option('--operator <name>', 'who decided it', operatorFrom, userInfo().username)
    .action((id: string, { note, operator }: { note: string; operator: string }) =>
      withToolbox(async ({ clearReview }) => {
        const outcome = await clearReview.run(id, operator, note);
        if (outcome.kind === 'no_such_order') return refuse(`There is no order ${id} in this database.`);
        if (outcome.kind === 'not_under_review')
          return refuse(`The order is ${outcome.status} and not under review; nothing was changed.`);
        print({ cleared: id, reason: outcome.reason, operator });
      }),
    );
};
