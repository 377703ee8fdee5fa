import 'reflect-metadata';
import { InvalidEnvironmentError } from './config/environment.js';
import { gatewaySettings } from './config/gateway-settings.js';
import { startGateway } from './app/gateway.js';
import { reportStart, tellRefusedKeys } from './app/start-report.js';
import { tellUnreadVariables } from './app/unread-variables.js';
import { DatabaseFailure } from './persistence/database/database-failure.js';
import { createLogger } from './telemetry/logger.js';

/** The longest an orderly stop may take. What is still under way then is taken over when its lease ends. */
const STOP_MS = 10_000;

const main = async (): Promise<void> => {
  const settings = gatewaySettings(process.env);
  // Production neither loads nor ships the stand-ins for the database and the providers.
  const standIns = settings.production ? null : await import('../dev/start-up.js');
  const logger = createLogger(settings.logLevel, standIns?.readableLogs());
  const log = (line: string): void => logger.info({ context: 'main' }, line);

  // Last started, first stopped.
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  // A signal may come twice, from the terminal and from npm, and while something is still starting.
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

  for (const line of tellUnreadVariables(process.env)) logger.warn({ context: 'start' }, line);

  try {
    const database = standIns && (await started(standIns.startDatabase(settings.databaseUrl, log)));
    const providers = standIns && (await started(standIns.startProviders(settings, process.env)));
    const context = {
      settings: {
        ...settings,
        databaseUrl: database?.url ?? requiredInProduction(settings.databaseUrl),
        directDatabaseUrl: database?.directUrl ?? settings.directDatabaseUrl,
        pollDelaysMs: providers?.pollDelaysMs ?? settings.pollDelaysMs,
      },
      env: providers?.env ?? process.env,
      logger,
    };
    const gateway = await startGateway(context);
    stops.push(() => gateway.app.close());
    log(`listening on ${gateway.url}`);
    reportStart(gateway, context);
    if (standIns && providers?.sandbox)
      process.stdout.write(
        standIns.banner(
          settings.publicUrl,
          await standIns.demoKey(gateway.app),
          await standIns.demoOperators(gateway.app),
        ),
      );
    // What cannot be read now is read again with the first request.
    else if (settings.role !== 'worker') void tellRefusedKeys(gateway.app, context).catch(() => undefined);
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

/** Settings refuse production without it; outside production the embedded database fills it in. */
function requiredInProduction(databaseUrl: string | null): string {
  if (databaseUrl === null) throw new Error('DATABASE_URL is not set');
  return databaseUrl;
}

/** One line for what an operator can fix; the stack for anything else. */
function explain(thrown: unknown): string {
  if (thrown instanceof InvalidEnvironmentError || thrown instanceof DatabaseFailure) return thrown.message;
  if (!(thrown instanceof Error)) return String(thrown);
  if ('code' in thrown && thrown.code === 'EADDRINUSE')
    return `Port ${'port' in thrown ? String(thrown.port) : ''} is taken, perhaps by another gateway: stop that, or set PORT, or METRICS_PORT, to another one.`;
  return thrown.stack ?? thrown.message;
}
