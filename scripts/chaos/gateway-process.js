import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../root.js';
import { send } from './http.js';

const READY_WITHIN_MS = 60_000;

/** Of a process that did not come up, because its database was away: as a supervisor does it. */
const START_AGAIN_MS = 1_000;

/** Of the caller's environment, what any program needs; nothing that configures a gateway. */
const NEUTRAL = ['PATH', 'HOME', 'LANG', 'TMPDIR'];

export const neutralEnv = () => Object.fromEntries(NEUTRAL.map((name) => [name, process.env[name]]));

/** One process of the gateway on a fixed port, killed and started again any number of times under the same name. */
export class GatewayProcess {
  isStopped = false;
  isSuspended = false;
  /** How often it ended though nobody had told it to, once it had been ready. Must stay 0. */
  diedByItself = 0;
  failedStarts = 0;

  constructor({ name, role, port, env, folder, caretaker }) {
    Object.assign(this, { name, role, port, caretaker });
    this.env = { ...neutralEnv(), ...env, ROLE: role, PORT: String(port) };
    this.logFile = join(folder, `${name}.log`);
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get isUp() {
    return this.child !== undefined && !this.isEnded && !this.isSuspended;
  }

  get isEnded() {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Resolves when it is ready, starting it again where it gives up for want of a database. */
  async start() {
    const deadline = performance.now() + READY_WITHIN_MS;
    this.spawn();
    while (!(await this.isReady())) {
      if (this.isStopped) return;
      if (performance.now() > deadline)
        throw new Error(`${this.name} was not ready within ${READY_WITHIN_MS / 1000} s`);
      if (this.isEnded) {
        this.failedStarts += 1;
        await delay(START_AGAIN_MS);
        if (!this.isStopped) this.spawn();
      }
      await delay(100);
    }
    this.watchForDeath(this.child);
  }

  spawn() {
    const child = spawn(process.execPath, [join(root, 'dist/main.js')], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(this.logFile, { flags: 'a' });
    for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
    child.once('close', () => log.end());
    this.caretaker.watch(child);
    this.child = child;
  }

  watchForDeath(child) {
    if (this.child.wasKilled) return;
    child.once('exit', () => {
      if (!child.wasKilled) this.diedByItself += 1;
    });
  }

  async isReady() {
    if (this.isEnded) return false;
    return (await send('GET', `${this.url}/readyz`, { timeoutMs: 2_000 })).status === 200;
  }

  /** As in a power cut. */
  async kill() {
    if (this.isEnded) return;
    this.child.wasKilled = true;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  suspend() {
    this.isSuspended = true;
    this.child.kill('SIGSTOP');
  }

  resume() {
    this.isSuspended = false;
    this.child.kill('SIGCONT');
  }

  /** For good. */
  async stop() {
    this.isStopped = true;
    if (this.child !== undefined) await this.kill();
  }
}
