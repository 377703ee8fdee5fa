import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { print, refuse } from './terminal.js';
import { withToolbox } from './toolbox.js';

export const addOrderCommands = (cli: Command): void => {
  cli
    .command('orders')
    .description('Orders that a person has looked at')
    .command('clear-review <order>')
    .description('Take the review flag off an order once it is dealt with; the note stays in its history')
    .requiredOption('--note <note>', 'what was decided, and why')
    .option('--operator <name>', 'who decided it', userInfo().username)
    .action((id: string, { note, operator }: { note: string; operator: string }) =>
      withToolbox(async ({ clearReview }) => {
        if (!(await clearReview.run(id, operator, note))) refuse('There is no such order, or it is not under review.');
        print({ cleared: id });
      }),
    );
};
