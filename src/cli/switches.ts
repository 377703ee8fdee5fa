import { Option, type Command } from 'commander';
import { LONGEST_SWITCH_DAYS, SWITCH_OPERATION_NAMES, type SwitchOperation } from '../domain/switches/switch.js';
import { by } from './refuse-act.js';
import { print } from './terminal.js';
import { addOperatorOption, dateFrom, textOf } from './text.js';
import { withToolbox } from './with-toolbox.js';

interface TurnOnOptions {
  readonly provider?: string;
  readonly tenant?: string;
  readonly until: Date;
  readonly reason: string;
  readonly operator: string;
}

/** To stop is possible without the API. To go on is not: that is for people whom the gateway knows apart. */
export const addSwitchCommands = (cli: Command): void => {
  const switches = cli.command('switches').description('What people have switched off');

  switches
    .command('list')
    .description('What is switched off now')
    .action(() => withToolbox(async (tools) => print(await tools.switches.standing())));

  addOperatorOption(switches.command('turn-on'), 'who switches it off')
    .description(
      'Stop new sends; nothing is begun any more once this has ended. Turning off: POST /v1/ops/switches/{id}/off',
    )
    .addOption(
      new Option('--operation <operation>', 'what is stopped').choices(SWITCH_OPERATION_NAMES).default('purchases'),
    )
    .option('--provider <id>', 'at which provider; left out, at all')
    .option('--tenant <id>', 'of which tenant; left out, of all')
    .requiredOption('--until <time>', `until when at most, within ${LONGEST_SWITCH_DAYS} days`, dateFrom)
    .requiredOption(
      '--reason <reason>',
      'why, as callers are told; it names nobody',
      textOf('The reason', { max: 300 }),
    )
    .action(
      ({ operation, provider, tenant, until, reason, operator }: TurnOnOptions & { operation: SwitchOperation }) => {
        const scope = { provider: provider ?? null, tenantId: tenant ?? null, operation };
        return withToolbox(async (tools) =>
          print(await tools.turnSwitchOn.run({ scope, until, reason }, by(operator))),
        );
      },
    );
};
