import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GatewayProcess } from '../../test/support/gateway-process.js';

const READY_WITHIN_MS = 90_000;

/** A process that did not come up, or died on its own, is started again after this long, as by a supervisor. */
const START_AGAIN_MS = 1_000;

/**
 * A place for one process of the gateway, on a fixed port: the process is killed and started again any number of times.
 * `up` when it has been ready and may be disturbed; `starting` from then on until the next time.
 */
export class SupervisedGateway {
  state = 'down';
  /** Its last words each time it ended though it was not told to, once it had been ready. Must stay none. */
  deaths = [];
  /** How often it ended before it was ready: without a database there is nothing to start on. */
  failedStarts = 0;

  constructor({ name, role, port, env, folder, reaper }) {
    Object.assign(this, { name, role, port, reaper });
    this.env = { ...env, ROLE: role };
    this.logFile = join(folder, `${name}.log`);
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get isUp() {
    return this.state === 'up';
  }

  get pid() {
    return this.process.child.pid;
  }

  /** Resolves when it is ready. Rejects when it was not for too long, however often it was started. */
  async start() {
    this.state = 'starting';
    const deadline = performance.now() + READY_WITHIN_MS;
    while (this.state === 'starting') {
      const process = this.spawn();
      const failure = await process.untilReady(deadline - performance.now()).then(
        () => null,
        (error) => error,
      );
      if (failure === null) return this.watchOver(process);
      if (process.isRunning) throw new Error(`${this.name}: ${failure.message}`);
      this.failedStarts += 1;
      await delay(START_AGAIN_MS);
    }
  }

  spawn() {
    const process = new GatewayProcess({ port: this.port, env: this.env });
    const { child } = process;
    const log = createWriteStream(this.logFile, { flags: 'a' });
    for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
    child.once('close', () => log.end());
    this.reaper.watch(child);
    this.process = process;
    return process;
  }

  watchOver(process) {
    this.state = 'up';
    void process.ended.then((end) => this.revive(process, end));
  }

  async revive(process, end) {
    if (this.state !== 'up' || process !== this.process) return;
    this.deaths.push(lastWordsOf(process, end));
    this.state = 'starting';
    await delay(START_AGAIN_MS);
    if (this.state === 'starting') await this.start();
  }

  /** As in a power cut. */
  async kill() {
    this.state = 'down';
    await this.process.kill();
  }

  suspend() {
    this.state = 'suspended';
    this.process.child.kill('SIGSTOP');
  }

  resume() {
    this.process.child.kill('SIGCONT');
    if (this.state === 'suspended') this.state = 'up';
  }

  /** For good, in whatever state it is. */
  async stop() {
    this.state = 'down';
    await this.process?.kill();
  }
}

/** The line that names the error, of a process that died of one. */
const lastWordsOf = ({ output }, { code, signal }) =>
  /^[\w.]*[Ee]rror\b.*$/m.exec(output)?.[0] ?? `ended with ${code ?? signal}`;
