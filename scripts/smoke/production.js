/**
 * Migrates as the owner and starts the gateway as the application, with what the image has, in a folder with nothing but
 * what the Dockerfile copies: the built `src`, the migrations, and the dependencies of production. No file of `dev/` is
 * there to be loaded.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { root } from '../root.js';
import { freePort } from './free-port.js';

const READY_WITHIN_MS = 180_000;
const STOPPED_WITHIN_MS = 60_000;

/** As the Dockerfile copies them. */
const COPIED = ['dist/src', 'dist/dashboard', 'package.json', 'prisma/migrations'];

/** Made up: no provider is enabled, and no address is called. */
const SETTINGS = {
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PUBLIC_URL: 'https://gateway.example',
  FX_RATES: '2026-11-20:GBP=1.25',
};

/** @returns how long it took to be ready, in milliseconds. */
export async function startAsInProduction() {
  // Root's PostgreSQL runs under another account, which must be able to get there.
  const folder = await mkdtemp(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'offset-gateway-production-'));
  await chmod(folder, 0o711);
  const { startEmbeddedPostgres } = await import('../../dist/dev/postgres/embedded-postgres.js');
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), durable: false });
  try {
    const image = join(folder, 'image');
    await copyImage(image);
    const databaseEnv = { PATH: process.env.PATH, DATABASE_URL: postgres.applicationUrl };
    const env = { ...SETTINGS, ...databaseEnv, PORT: String(await freePort()) };
    await cliOf(image, { ...env, DIRECT_DATABASE_URL: postgres.url })('migrate');
    return await startAndStop(image, env);
  } finally {
    await postgres.stop('immediate');
    await rm(folder, { recursive: true, maxRetries: 10 });
  }
}

async function copyImage(image) {
  await mkdir(image);
  for (const path of COPIED) await cp(join(root, path), join(image, path), { recursive: true });
  for (const path of productionPackages()) {
    const from = join(root, path);
    // A package that stands inside another one has come along with it, or is copied by itself.
    const isOwn = (source) => source === from || !source.slice(from.length).includes('/node_modules');
    await cp(from, join(image, path), { recursive: true, filter: isOwn });
  }
  assert(!existsSync(join(image, 'dist/dev')), 'the image contains stand-ins');
}

/** What `npm ci --omit=dev --omit=optional` would install. */
function productionPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path]) => path);
}

async function startAndStop(image, env) {
  const startedAt = Date.now();
  const gateway = spawn(process.execPath, ['dist/src/main.js'], { cwd: image, env });
  let output = '';
  for (const stream of [gateway.stdout, gateway.stderr]) stream.on('data', (chunk) => (output += chunk));
  try {
    while (!(await isReady(env.PORT))) {
      assert(gateway.exitCode === null, 'the gateway ended before it was ready');
      assert(Date.now() - startedAt < READY_WITHIN_MS, `the gateway was not ready in ${READY_WITHIN_MS / 1000} s`);
      await delay(50);
    }
    const readyInMs = Date.now() - startedAt;
    await opensWithAKey(image, env);
    assert(
      output.includes(`docs at ${env.PUBLIC_URL}/openapi.json`),
      'the start names the document, as the page is not there',
    );
    const exited = once(gateway, 'exit', { signal: AbortSignal.timeout(STOPPED_WITHIN_MS) });
    gateway.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null], 'the gateway did not stop in order');
    return readyInMs;
  } catch (error) {
    console.error(`--- what the gateway printed ---\n${output}\n---`);
    throw error;
  } finally {
    gateway.kill('SIGKILL');
  }
}

function cliOf(image, env) {
  return async (...args) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/src/cli/main.js', ...args], {
      cwd: image,
      env,
    });
    return JSON.parse(stdout);
  };
}

/** By the commands an operator uses. */
async function opensWithAKey(image, env) {
  const cli = cliOf(image, env);
  const { id } = await cli('tenants', 'create', 'Smoke');
  const { key } = await cli('keys', 'create', id, '--scopes', 'orders:read');
  const headers = { Authorization: `Bearer ${key}` };
  const response = await fetch(`http://127.0.0.1:${env.PORT}/v1/orders`, { headers });
  assert.equal(response.status, 200, 'a key of production does not open the API');
}

async function isReady(port) {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
    () => null,
  );
  return response?.ok === true;
}
