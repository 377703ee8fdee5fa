import { InvalidArgumentError, Option, type Command } from 'commander';
import { ROLE_NAMES, type Role } from '../domain/operators/operator.js';
import { by, refuseAct } from './refuse-act.js';
import { print } from './terminal.js';
import { addOperatorOption, textOf } from './text.js';
import { withToolbox } from './with-toolbox.js';

/** Compared without capitals, so that one person is one operator. */
const emailFrom = (text: string): string => {
  const email = textOf('The email address', { max: 254 })(text).toLowerCase();
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    throw new InvalidArgumentError('An email address looks like ann@example.com.');
  return email;
};

const roleOption = (): Option =>
  new Option('--role <role>', 'what they may do').choices(ROLE_NAMES).makeOptionMandatory();

interface NewOperator {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly operator: string;
}

export const addOperatorCommands = (cli: Command): void => {
  const operators = cli
    .command('operators')
    .description('People who operate the gateway, each with a key of their own');

  addOperatorOption(operators.command('create'), 'who makes them one')
    .description('A new operator; their key is shown this once')
    .requiredOption('--name <name>', 'their name', textOf('The name', { max: 100 }))
    .requiredOption('--email <email>', 'their email address: one person is one operator, for good', emailFrom)
    .addOption(roleOption())
    .action(({ operator, ...wanted }: NewOperator) =>
      withToolbox(async (tools) => {
        const made = await tools.createOperator.run(wanted, tools.environment, by(operator));
        if (made) return print(made);
        const refused = { operator, act: 'operator.create', subject: null } as const;
        await refuseAct(
          tools,
          refused,
          'known_before',
          'There is an operator with this email address; see operators list.',
        );
      }),
    );

  operators
    .command('list')
    .description('All operators, those disabled included')
    .action(() => withToolbox(async ({ operators }) => print(await operators.list())));

  addOperatorOption(operators.command('change-role <operator>'), 'who decides it')
    .description('What an operator may do from now on, within 5 seconds')
    .addOption(roleOption())
    .action((id: string, { role, operator }: { role: Role; operator: string }) =>
      withToolbox(async (tools) => {
        if (await tools.operators.changeRole(id, role, by(operator))) return print({ id, role });
        const refused = { operator, act: 'operator.change_role', subject: id } as const;
        await refuseAct(
          tools,
          refused,
          'not_found',
          'There is no such operator, or they are disabled, or have this role.',
        );
      }),
    );

  addOperatorOption(operators.command('replace-key <operator>'), 'who replaces it')
    .description('A new key, shown this once; the old one and its sessions end within 5 seconds')
    .action((id: string, { operator }: { operator: string }) =>
      withToolbox(async (tools) => {
        const key = await tools.replaceOperatorKey.run(id, tools.environment, by(operator));
        if (key !== null) return print({ key });
        const refused = { operator, act: 'operator.replace_key', subject: id } as const;
        await refuseAct(tools, refused, 'not_found', 'There is no such operator, or they are disabled.');
      }),
    );

  addOperatorOption(operators.command('disable <operator>'), 'who ends it')
    .description('End all access of an operator, within 5 seconds and for good')
    .action((id: string, { operator }: { operator: string }) =>
      withToolbox(async (tools) => {
        if (await tools.operators.disable(id, by(operator))) return print({ disabled: id });
        const refused = { operator, act: 'operator.disable', subject: id } as const;
        await refuseAct(tools, refused, 'not_found', 'There is no such operator, or they were disabled before.');
      }),
    );
};
