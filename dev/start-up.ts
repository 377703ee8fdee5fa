import { randomBytes } from 'node:crypto';
import { readFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import pretty from 'pino-pretty';
import { Authenticate } from '../src/application/access/authenticate.js';
import { CreateOperator } from '../src/application/access/create-operator.js';
import { IssueKey } from '../src/application/access/issue-key.js';
import { InvalidEnvironmentError } from '../src/config/environment.js';
import type { GatewaySettings } from '../src/config/gateway-settings.js';
import { DATA_DIR } from './development-database.js';
import { holdFolder } from './hold-folder.js';
import { unlessCode } from './postgres/postgres-binaries.js';
import { TenantsRepository } from '../src/persistence/access/tenants.repository.js';
import { isEnabled } from '../src/providers/provider-registration.js';
import { PROVIDERS } from '../src/providers/registry.js';
import { DEMO_KEY_FILE, RUNNING_FILE, type Running } from './running.js';
import { startSandbox, type Sandbox } from './sandbox/index.js';
import { SIMULATORS } from './sandbox/registry.js';

export { startDatabase } from './development-database.js';

const DEMO_OPERATORS_FILE = join(DATA_DIR, 'demo-operators.json');

/** Orders of the sandbox move on within seconds, so they are polled as often. */
const SANDBOX_POLL_DELAYS_MS = [1_000, 1_000, 2_000, 2_000, 5_000, 15_000, 60_000];

/** Log lines as a person reads them. */
export const readableLogs = (): NodeJS.WritableStream => pretty({ sync: true, ignore: 'context', singleLine: true });

export interface Providers {
  readonly env: NodeJS.ProcessEnv;
  readonly pollDelaysMs: readonly number[];
  /** Whether they are the simulated ones. */
  readonly sandbox: boolean;
  stop(): Promise<void>;
}

/** The configured providers; without any, the sandbox: beside the embedded database, or where it is asked for. */
export const startProviders = async (settings: GatewaySettings, env: NodeJS.ProcessEnv): Promise<Providers> => {
  const { pollDelaysMs, port } = settings;
  if (PROVIDERS.some((provider) => isEnabled(provider, env)))
    return { env, pollDelaysMs, sandbox: false, stop: async () => undefined };
  if (settings.databaseUrl !== null && !settings.sandbox)
    throw new InvalidEnvironmentError([
      `DATABASE_URL is set and no provider is: set ${PROVIDERS.map(({ enabledBy }) => enabledBy).join(' or ')}, or SANDBOX=on for simulated providers, which sell nothing`,
    ]);
  const letGo = await holdFolder(DATA_DIR, port);
  const sandbox = await startSandboxAbove(port);
  // Drills move time in the database: only in the one that is here for nothing else.
  const running: Running = { url: settings.publicUrl, variables: sandbox.variables() };
  if (settings.databaseUrl === null) await writeFile(RUNNING_FILE, JSON.stringify(running), { mode: 0o600 });
  return {
    env: { ...env, ...sandbox.variables() },
    pollDelaysMs: env['POLL_SCHEDULE_SECONDS'] ? pollDelaysMs : SANDBOX_POLL_DELAYS_MS,
    sandbox: true,
    stop: async () => {
      await rm(RUNNING_FILE, { force: true });
      await sandbox.stop();
      await letGo();
    },
  };
};

/** On the ports above the gateway's, where free, so that the addresses of open checkouts survive a restart. */
const startSandboxAbove = async (port: number): Promise<Sandbox> => {
  const names = Object.keys(SIMULATORS);
  const account = await sandboxAccount();
  const own = await Promise.all(
    names.map(async (name, nth) => {
      const apiKey = `sandbox-${name}-${account}`;
      return [name, { port: await freePort(port + 1 + nth), apiKey }] as const;
    }),
  );
  return startSandbox({
    dataDir: join(DATA_DIR, 'sandbox'),
    schedule: 'watchable',
    allowLoopbackUrls: true,
    ...Object.fromEntries(own),
  });
};

/** Names the ledgers, made with them: their keys tell them from those of another folder, whatever the ports. */
const sandboxAccount = async (): Promise<string> => {
  const file = join(DATA_DIR, 'sandbox', 'account');
  await mkdir(dirname(file), { recursive: true });
  const made = randomBytes(8).toString('hex');
  await writeFile(file, made, { flag: 'wx', mode: 0o600 }).catch(unlessCode('EEXIST'));
  return readFile(file, 'utf8');
};

/** The port if it is free, else 0: any. */
const freePort = (port: number): Promise<number> =>
  new Promise((resolve) => {
    if (port > 65_535) return resolve(0);
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
  });

/** A key that buys from the sandbox: the same one at every start, made with its tenant at the first. */
export const demoKey = async (app: INestApplicationContext): Promise<string> => {
  const kept = await readFile(DEMO_KEY_FILE, 'utf8').catch(() => null);
  if (kept !== null && (await app.get(Authenticate).run(`Bearer ${kept}`))) return kept;
  const by = { by: 'operator', name: 'npm start' } as const;
  const tenant = await app.get(TenantsRepository).create('Demo', {}, by);
  const scopes = ['orders:write', 'orders:read', 'quotes:write', 'events:read', 'webhooks:manage', 'ops'] as const;
  const key = await app.get(IssueKey).run(tenant.id, 'demo', scopes, { environment: 'dev', expiresAt: null, by });
  if (key === null) throw new Error('the demo tenant is missing');
  await mkdir(dirname(DEMO_KEY_FILE), { recursive: true });
  await writeFile(DEMO_KEY_FILE, key, { mode: 0o600 });
  return key;
};

/** Two, because one proposes and another one approves. */
const DEMO_OPERATORS = ['Ann', 'Ben'] as const;

export interface DemoOperator {
  readonly name: string;
  readonly key: string;
}

/** Operators of the sandbox, with the keys that they have at every start. */
export const demoOperators = async (app: INestApplicationContext): Promise<readonly DemoOperator[]> => {
  const kept = await readFile(DEMO_OPERATORS_FILE, 'utf8').catch(() => null);
  const known = kept === null ? [] : (JSON.parse(kept) as DemoOperator[]);
  const good = await Promise.all(known.map(({ key }) => app.get(Authenticate).run(`Bearer ${key}`)));
  if (good.length === DEMO_OPERATORS.length && good.every((caller) => caller?.operator)) return known;
  // Of another run there may be operators whose keys nobody has any more: these are others.
  const run = randomBytes(4).toString('hex');
  const made = await Promise.all(
    DEMO_OPERATORS.map(async (name) => {
      const wanted = { name, email: `${name.toLowerCase()}-${run}@example.com`, role: 'approver' } as const;
      const created = await app.get(CreateOperator).run(wanted, 'dev', { by: 'operator', name: 'npm start' });
      if (created === null) throw new Error('an operator of the demonstration is there already');
      return { name, key: created.key };
    }),
  );
  await writeFile(DEMO_OPERATORS_FILE, JSON.stringify(made), { mode: 0o600 });
  return made;
};

/** What a newcomer needs to buy for the first time, and to operate the gateway. */
export const banner = (url: string, key: string, operators: readonly DemoOperator[]): string => `
  Offset gateway, with sandbox providers: nothing is bought, nothing is retired.

  API    ${url}
  Docs   ${url}/docs
  Ops    ${url}/ops
  Key    ${key}

  Operators, two of them, because what one proposes another one approves:
${operators.map(({ name, key: own }) => `  ${name.padEnd(6)} ${own}`).join('\n')}

  Buy and retire 100 kg:

  curl -sS ${url}/v1/orders \\
    -H 'Authorization: Bearer ${key}' \\
    -H 'Content-Type: application/json' \\
    -H "Idempotency-Key: first-$(date +%s)" \\
    -d '{"mass":{"value":"100","unit":"kg"},"provider":"cnaught","payment":{"method":"account"},"beneficiary":{"name":"Jane Smith"}}'

  Have something go wrong, and settle it at ${url}/ops:   npm run drill

`;
