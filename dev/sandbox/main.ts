import { Command, InvalidArgumentError, Option } from 'commander';
import { startSandbox, type SimulatorName } from './index.js';
import { SIMULATORS } from './registry.js';
import { dashed } from './simulator-registration.js';

interface Flags {
  readonly host: string;
  readonly dataDir?: string;
  readonly schedule: boolean;
  readonly rateLimits: boolean;
  readonly loopbackUrls: boolean;
}

const portFrom = (text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('A port must be a whole number from 0 to 65535.');
};

const portOptions = Object.entries(SIMULATORS).map(([name, { id, port }]) => {
  const option = new Option(`--${dashed(id)}-port <port>`).env(`SANDBOX_${id.toUpperCase()}_PORT`);
  return [name, option.default(port).argParser(portFrom)] as const;
});

const command = new Command('sandbox')
  .description('The providers as simulators on this machine. Nothing is bought and nothing is retired.')
  .addOption(new Option('--host <address>').env('SANDBOX_HOST').default('127.0.0.1'));
for (const [, option] of portOptions) command.addOption(option);
command
  .addOption(new Option('--data-dir <folder>', 'remember everything over restarts').env('SANDBOX_DATA_DIR'))
  .option('--no-schedule', 'move orders by command only')
  .option('--no-rate-limits', 'never give 429')
  .option('--no-loopback-urls', 'refuse http:// return addresses on this machine, as the real providers do')
  .parse();
const flags = command.opts<Flags>();
const ports = portOptions.map(([name, option]) => [
  name,
  { port: command.getOptionValue(option.attributeName()) as number },
]);

const sandbox = await startSandbox({
  host: flags.host,
  dataDir: flags.dataDir ?? null,
  schedule: flags.schedule ? 'watchable' : 'off',
  allowLoopbackUrls: flags.loopbackUrls,
  rateLimits: flags.rateLimits ? 'documented' : 'off',
  ...Object.fromEntries(ports),
});

const simulators = (Object.keys(SIMULATORS) as SimulatorName[]).map((name) => sandbox[name]);
const lines = simulators.map(
  ({ identity, baseUrl, apiKey }) =>
    `${identity.displayName.padEnd(11)} ${baseUrl.padEnd(27)} ${identity.keyHeader} ${apiKey}`,
);
const origin = simulators[0]?.origin ?? '';

console.log(`Sandbox providers (nothing is bought, nothing is retired)

  ${lines.join('\n  ')}

  Commands    curl ${origin}/_sandbox
  A fault     curl -d '{"match":{"method":"POST"},"fault":{"kind":"reset","when":"after_effect"}}' ${origin}/_sandbox/faults
`);

const stop = (): void => {
  sandbox.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
