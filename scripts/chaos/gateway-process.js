import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../root.js';
import { send } from './http.js';

const READY_WITHIN_MS = 90_000;

/** A process that did not come up, or died by itself, is started again after this long, as by a supervisor. */
const START_AGAIN_MS = 1_000;

/** So many characters of what a process says on its error output are kept, for the report of its death. */
const LAST_WORDS = 4_000;

/** Of the caller's environment, what any program needs; nothing that configures a gateway. */
const NEUTRAL = ['PATH', 'HOME', 'LANG', 'TMPDIR'];

export const neutralEnv = () => Object.fromEntries(NEUTRAL.map((name) => [name, process.env[name]]));

/**
 * One process of the gateway on a fixed port, killed and started again any number of times under the same name.
 * `up` when it has been ready and may be disturbed; `starting` from then on until the next time.
 */
export class GatewayProcess {
  state = 'down';
  /** Its last words each time it ended though nobody had told it to, once it had been ready. Must stay none. */
  deaths = [];
  /** How often it ended before it was ready: without a database there is nothing to start on. */
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
    return this.state === 'up';
  }

  /** Resolves when it is ready. */
  async start() {
    this.state = 'starting';
    const deadline = performance.now() + READY_WITHIN_MS;
    for (let child = this.spawn(); this.state === 'starting'; child = this.spawn()) {
      if (await this.becomesReady(child, deadline)) break;
      this.failedStarts += 1;
      await delay(START_AGAIN_MS);
    }
  }

  spawn() {
    const main = join(root, 'dist/src/main.js');
    const child = spawn(process.execPath, [main], { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(this.logFile, { flags: 'a' });
    for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
    child.stderr.on('data', (chunk) => (child.said = ((child.said ?? '') + chunk).slice(-LAST_WORDS)));
    child.once('close', () => log.end());
    this.caretaker.watch(child);
    this.child = child;
    return child;
  }

  /** False when it ended instead. */
  async becomesReady(child, deadline) {
    while (!isEnded(child)) {
      if (await this.isReady()) {
        this.state = 'up';
        child.once('exit', () => void this.revive(child));
        return true;
      }
      if (performance.now() > deadline)
        throw new Error(`${this.name} was not ready within ${READY_WITHIN_MS / 1000} s`);
      await delay(100);
    }
    return false;
  }

  async isReady() {
    return (await send('GET', `${this.url}/readyz`, { timeoutMs: 2_000 })).status === 200;
  }

  async revive(child) {
    if (this.state !== 'up' || child !== this.child) return;
    this.deaths.push(lastWordsOf(child));
    this.state = 'starting';
    await delay(START_AGAIN_MS);
    if (this.state === 'starting') await this.start();
  }

  /** As in a power cut. */
  async kill() {
    this.state = 'down';
    await end(this.child);
  }

  suspend() {
    this.state = 'suspended';
    this.child.kill('SIGSTOP');
  }

  resume() {
    this.child.kill('SIGCONT');
    if (this.state === 'suspended') this.state = 'up';
  }

  /** For good, in whatever state it is. */
  async stop() {
    this.state = 'down';
    if (this.child !== undefined) await end(this.child);
  }
}

const isEnded = ({ exitCode, signalCode }) => exitCode !== null || signalCode !== null;

/** The line that names the error, of a process that died of one. */
const lastWordsOf = ({ said = '', exitCode, signalCode }) =>
  /^\S*[Ee]rror\b.*$/m.exec(said)?.[0] ?? `ended with ${exitCode ?? signalCode}`;

async function end(child) {
  if (isEnded(child)) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
