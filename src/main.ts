import 'reflect-metadata';
import { InvalidEnvironmentError } from './config/environment.js';
import { gatewaySettings } from './config/gateway-settings.js';
import { banner, demoKey, startDatabase, startProviders } from './development.js';
import { startGateway } from './gateway.js';
import { createLogger } from './telemetry/logger.js';

/** The longest an orderly stop may take: after that, leases take care of what was under way. */
const STOP_MS = 10_000;

const main = async (): Promise<void> => {
  const settings = gatewaySettings(process.env);
  const pretty = settings.production ? undefined : (await import('pino-pretty')).default;
  const logger = createLogger(settings.logLevel, pretty?.({ sync: true, ignore: 'context', singleLine: true }));
  const log = (line: string): void => logger.info({ context: 'main' }, line);

  // Last started, first stopped.
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  // A signal may come again, from the terminal and from npm, and it may come while something is still starting.
  let stopping = false;
  const onSignal = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log(`${signal}: stopping`);
    setTimeout(() => process.exit(1), STOP_MS).unref();
    await stopAll();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void onSignal(signal));
  const started = <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    stops.push(() =>
      starting.then(
        (part) => part.stop(),
        () => undefined,
      ),
    );
    return starting;
  };

  try {
    const database = await started(startDatabase(settings.databaseUrl, log));
    const { env, pollDelaysMs, sandbox } = await started(startProviders(settings, process.env));
    const gateway = await startGateway({
      settings: { ...settings, databaseUrl: database.url, pollDelaysMs },
      env,
      logger,
    });
    stops.push(() => gateway.app.close());
    log(`listening on ${gateway.url}`);
    if (sandbox) process.stdout.write(banner(settings.publicUrl, await demoKey(gateway.app)));
  } catch (thrown) {
    await stopAll();
    throw thrown;
  }
};

try {
  await main();
} catch (thrown) {
  process.stderr.write(`${explain(thrown)}\n`);
  process.exit(1);
}

/** What an operator can mend is said in one line; anything else keeps its trace, nothing has been served yet. */
function explain(thrown: unknown): string {
  if (thrown instanceof InvalidEnvironmentError) return thrown.message;
  if (!(thrown instanceof Error)) return String(thrown);
  if ('code' in thrown && thrown.code === 'EADDRINUSE') return 'The port is taken: set PORT to another one.';
  return thrown.stack ?? thrown.message;
}
