import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cpuMsOf, memoryOf } from './proc.js';

const READY_WITHIN_MS = 90_000;

/** Fine enough for a start that takes seconds. */
const READY_POLL_MS = 10;

/** Of the caller's environment, what any program needs; nothing that configures a server. */
const NEUTRAL = ['PATH', 'HOME', 'LANG', 'TMPDIR'];
export const neutralEnv = () => Object.fromEntries(NEUTRAL.map((name) => [name, process.env[name]]));

/** One of the servers that are compared: a process of its own on a port of its own, seen from outside only. */
export class ServerProcess {
  /** Resolves when it is ready. */
  static async start({ name, main, env, flags = [], readyPath, folder, reaper }) {
    const port = await freePort();
    const log = openSync(join(folder, `${name}.log`), 'a');
    const startedAt = performance.now();
    const child = spawn(process.execPath, [...flags, main], {
      env: { ...neutralEnv(), ...env, PORT: String(port) },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    reaper.watch(child);
    const server = new ServerProcess(name, child, `http://127.0.0.1:${port}`);
    await server.becomesReady(readyPath);
    server.startMs = performance.now() - startedAt;
    return server;
  }

  constructor(name, child, origin) {
    Object.assign(this, { name, child, origin });
  }

  async becomesReady(path) {
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await isServing(`${this.origin}${path}`))) {
      const hasEnded = this.child.exitCode !== null || this.child.signalCode !== null;
      if (hasEnded || performance.now() > deadline) throw new Error(`${this.name} did not become ready: see its log`);
      await delay(READY_POLL_MS);
    }
  }

  cpuMs() {
    return cpuMsOf(this.child.pid);
  }

  memory() {
    return memoryOf(this.child.pid);
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}

/** Runs one of the gateway's operator commands, and reads what it prints. */
export async function gatewayCli(checkout, databaseUrl, ...args) {
  const env = { ...neutralEnv(), NODE_ENV: 'test', DATABASE_URL: databaseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, [checkout.cli, ...args], { env });
  return JSON.parse(stdout);
}

const isServing = (url) =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await once(probe.close(), 'close');
  return port;
}
