import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.js';

const READY_WITHIN_MS = 180_000;
const STOPPED_WITHIN_MS = 60_000;
const GONE_WITHIN_MS = 30_000;

/** Of the caller's environment, what any program needs; nothing that configures a gateway. */
const NEUTRAL = ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR'];

/** `npm start` in a folder, as the leader of a process group of its own, like a command typed at a terminal. */
export class RunningGateway {
  output = '';

  static async start(folder) {
    const gateway = new RunningGateway(folder, await freePort());
    const startedAt = Date.now();
    await gateway.untilReady();
    gateway.startedInMs = Date.now() - startedAt;
    gateway.key = /\bofg_\w+/.exec(gateway.output)?.[0];
    assert(gateway.key, 'npm start printed no API key');
    return gateway;
  }

  constructor(folder, port) {
    this.port = port;
    this.pidFile = join(folder, '.data/postgres/data/postmaster.pid');
    const env = Object.fromEntries(NEUTRAL.map((name) => [name, process.env[name]]));
    this.npm = spawn('npm', ['start'], { cwd: folder, env: { ...env, PORT: String(port) }, detached: true });
    for (const stream of [this.npm.stdout, this.npm.stderr]) {
      stream.on('data', (chunk) => (this.output += chunk));
    }
  }

  /** npm and what it started. */
  get group() {
    return Number(this.npm.pid);
  }

  async untilReady() {
    const deadline = Date.now() + READY_WITHIN_MS;
    // The block with the key is printed when all is up; /readyz may say so a moment earlier.
    while (!(await this.isReady()) || !this.output.includes('ofg_')) {
      assert(this.npm.exitCode === null && this.npm.signalCode === null, 'npm start ended before it was ready');
      assert(Date.now() < deadline, `npm start was not ready in ${READY_WITHIN_MS / 1000} s`);
      await delay(50);
    }
  }

  async isReady() {
    const signal = AbortSignal.timeout(2_000);
    return fetch(`http://127.0.0.1:${this.port}/readyz`, { signal }).then(
      (response) => response.ok,
      () => false,
    );
  }

  get(path) {
    return this.request(path, {}, 200);
  }

  post(path, body, expectedStatus) {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() };
    return this.request(path, { method: 'POST', headers, body: JSON.stringify(body) }, expectedStatus);
  }

  async request(path, { headers, ...init }, expectedStatus) {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      ...init,
      headers: { ...headers, Authorization: `Bearer ${this.key}` },
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    assert.equal(response.status, expectedStatus, `${path} gave ${response.status}: ${text}`);
    return JSON.parse(text);
  }

  /** Ctrl-C: the terminal signals the whole group. */
  async interrupt() {
    const database = await this.postmaster();
    assert(database, 'PostgreSQL left no note of its process');
    const exited = once(this.npm, 'exit', { signal: AbortSignal.timeout(STOPPED_WITHIN_MS) });
    process.kill(-this.group, 'SIGINT');
    await exited;
    await gone(-this.group, 'a process of npm start');
    await gone(database.pid, 'PostgreSQL');
    for (const port of [this.port, database.port]) assert(!(await isOpen(port)), `port ${port} was left open`);
  }

  /** Everything but PostgreSQL, which is not in the group. */
  async kill() {
    process.kill(-this.group, 'SIGKILL');
    if (this.npm.exitCode === null && this.npm.signalCode === null) await once(this.npm, 'exit');
  }

  /** Leaves nothing behind, however far the run got. */
  async cleanUp() {
    if (isAlive(-this.group)) await this.kill();
    const database = await this.postmaster();
    if (database === null || !isAlive(database.pid)) return;
    process.kill(database.pid, 'SIGQUIT');
    await gone(database.pid, 'PostgreSQL');
  }

  async postmaster() {
    const note = await readFile(this.pidFile, 'utf8').catch(() => null);
    if (note === null) return null;
    const [pid, , , port] = note.split('\n').map(Number);
    return { pid, port };
  }
}

/** The last moments of a process are not its own: it is gone when its parent, or the system, has taken note. */
async function gone(pid, name) {
  const deadline = Date.now() + GONE_WITHIN_MS;
  while (isAlive(pid)) {
    assert(Date.now() < deadline, `${name} was left running`);
    await delay(20);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
