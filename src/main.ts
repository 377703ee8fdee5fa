import 'reflect-metadata';
import { InvalidEnvironmentError } from './config/environment.js';
import { gatewaySettings } from './config/gateway-settings.js';
import { banner, demoKey, startDevelopment } from './development.js';
import { startGateway } from './gateway.js';
import { createLogger } from './telemetry/logger.js';

/** The longest an orderly stop may take: after that, leases take care of what was under way. */
const STOP_MS = 10_000;

const main = async (): Promise<void> => {
  const settings = gatewaySettings(process.env);
  const pretty = settings.production ? undefined : (await import('pino-pretty')).default;
  const logger = createLogger(settings.logLevel, pretty?.({ sync: true, ignore: 'context', singleLine: true }));
  const log = (line: string): void => logger.info({ context: 'main' }, line);

  const development = await startDevelopment(settings, process.env, log);
  const stops = [() => development.stop()];
  const stop = async (signal: string): Promise<void> => {
    log(`${signal}: stopping`);
    setTimeout(() => process.exit(1), STOP_MS).unref();
    for (const end of stops.reverse()) await end();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(signal));

  try {
    const gateway = await startGateway({ settings: development.settings, env: development.env, logger });
    stops.push(() => gateway.app.close());
    log(`listening on ${gateway.url}`);
    if (development.sandbox) process.stdout.write(banner(settings.publicUrl, await demoKey(gateway.app)));
  } catch (thrown) {
    await development.stop();
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
