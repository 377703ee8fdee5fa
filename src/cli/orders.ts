import { InvalidArgumentError, type Command } from 'commander';
import { refuseAct } from './refuse-act.js';
import { print } from './terminal.js';
import { addOperatorOption, ORDER_ID, textOf } from './text.js';
import { withToolbox } from './with-toolbox.js';

const orderIdFrom = (text: string): string => {
  if (!ORDER_ID.test(text))
    throw new InvalidArgumentError('The id of an order looks like ord_01m8a4xgfafagv88d943e9zwx6.');
  return text;
};

export const addOrderCommands = (cli: Command): void => {
  const orders = cli.command('orders').description('Orders that a person has looked at');
  addOperatorOption(orders.command('clear-review'), 'who decided it')
    .argument('<order>', 'the id of the order', orderIdFrom)
    .description('Take the review flag off an order once it is dealt with; the note stays in its history')
    .requiredOption('--note <note>', 'what was decided, and why', textOf('The note', { max: 2_000, lines: true }))
    .action((id: string, { note, operator }: { note: string; operator: string }) =>
      withToolbox(async (tools) => {
        const outcome = await tools.clearReview.run(id, operator, note);
        const act = { operator, act: 'order.clear_review', subject: id } as const;
        switch (outcome.kind) {
          case 'no_such_order':
            return refuseAct(tools, act, 'not_found', `There is no order ${id} in this database.`);
          case 'not_under_review': {
            const why = `The order is ${outcome.status} and not under review; nothing was changed.`;
            return refuseAct(tools, act, 'not_under_review', why);
          }
          case 'cleared':
            print({ cleared: id, reason: outcome.reason, operator });
        }
      }),
    );
};
