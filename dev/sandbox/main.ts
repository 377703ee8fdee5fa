import { Command, InvalidArgumentError, Option } from 'commander';
import { startSandbox, WATCHABLE_SCHEDULE, type Sandbox } from './index.js';

interface Flags {
  readonly host: string;
  readonly cnaughtPort: number;
  readonly carbonmarkPort: number;
  readonly oneTribePort: number;
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

const port = (flags: string, variable: string, value: number): Option =>
  new Option(flags).env(variable).default(value).argParser(portFrom);

const flags = new Command('sandbox')
  .description('The three providers as simulators on this machine. Nothing is bought and nothing is retired.')
  .addOption(new Option('--host <address>').env('SANDBOX_HOST').default('127.0.0.1'))
  .addOption(port('--cnaught-port <port>', 'SANDBOX_CNAUGHT_PORT', 4101))
  .addOption(port('--carbonmark-port <port>', 'SANDBOX_CARBONMARK_PORT', 4102))
  .addOption(port('--one-tribe-port <port>', 'SANDBOX_ONE_TRIBE_PORT', 4103))
  .addOption(new Option('--data-dir <folder>', 'remember everything over restarts').env('SANDBOX_DATA_DIR'))
  .option('--no-schedule', 'move orders by command only')
  .option('--no-rate-limits', 'never answer 429')
  .option('--no-loopback-urls', 'refuse http:// return addresses on this machine, as the real providers do')
  .parse()
  .opts<Flags>();

const sandbox: Sandbox = await startSandbox({
  host: flags.host,
  ports: { cnaught: flags.cnaughtPort, carbonmark: flags.carbonmarkPort, oneTribe: flags.oneTribePort },
  dataDir: flags.dataDir ?? null,
  schedule: flags.schedule ? WATCHABLE_SCHEDULE : 'off',
  allowLoopbackUrls: flags.loopbackUrls,
  ...(flags.rateLimits ? {} : { rateLimits: 'off' }),
});

const { cnaught, carbonmark, oneTribe } = sandbox;

console.log(`Sandbox providers (nothing is bought, nothing is retired)

  CNaught     ${cnaught.baseUrl}   Authorization: Bearer ${cnaught.apiKey}
  Carbonmark  ${carbonmark.baseUrl}      Authorization: Bearer ${carbonmark.apiKey}
  One Tribe   ${oneTribe.baseUrl}   Authorisation: API-Key ${oneTribe.apiKey}

  Commands    curl ${cnaught.origin}/_sandbox
  A fault     curl -d '{"match":{"method":"POST","path":"/orders"},"fault":{"kind":"reset","when":"after_effect"}}' ${cnaught.origin}/_sandbox/faults
`);

const stop = (): void => {
  sandbox.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
