import { Command } from 'commander';
import { addAuditCommands } from '../../src/cli/audit.js';
import { addFinanceCommands } from '../../src/cli/finance.js';
import { addKeyCommands } from '../../src/cli/keys.js';
import { addOperatorCommands } from '../../src/cli/operators.js';
import { addPrivacyCommands } from '../../src/cli/privacy.js';
import { addProviderCommands } from '../../src/cli/providers.js';
import { addSwitchCommands } from '../../src/cli/switches.js';
import { addTenantCommands } from '../../src/cli/tenants.js';
import { Refused } from '../../src/cli/terminal.js';
import { addWebhookCommands } from '../../src/cli/webhooks.js';

const COMMANDS = [
  addTenantCommands,
  addKeyCommands,
  addOperatorCommands,
  addProviderCommands,
  addSwitchCommands,
  addPrivacyCommands,
  addWebhookCommands,
  addAuditCommands,
  addFinanceCommands,
];

/** What a command prints about this database, and its exit code. Rejects with why it refused, and `exitCode`. */
export const runCommand = async <Printed>(
  databaseUrl: string,
  ...args: string[]
): Promise<{ readonly printed: Printed; readonly exitCode: number }> => {
  const cli = new Command().exitOverride();
  for (const add of COMMANDS) add(cli);
  for (const command of cli.commands.flatMap((group) => group.commands)) command.exitOverride().configureOutput({});
  const [out, err]: [string[], string[]] = [[], []];
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ];
  const before = process.env['DATABASE_URL'];
  process.env['DATABASE_URL'] = databaseUrl;
  try {
    await cli.parseAsync(args, { from: 'user' });
    return { printed: JSON.parse(out.join('')) as Printed, exitCode: Number(process.exitCode ?? 0) };
  } catch (thrown) {
    const why = thrown instanceof Refused ? new Error(err.join('')) : (thrown as Error);
    throw Object.assign(why, { exitCode: Number(process.exitCode ?? 1) });
  } finally {
    for (const spy of spies) spy.mockRestore();
    if (before === undefined) delete process.env['DATABASE_URL'];
    else process.env['DATABASE_URL'] = before;
    process.exitCode = 0;
  }
};
