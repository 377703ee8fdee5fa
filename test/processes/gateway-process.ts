import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.js';
import { exchange } from './exchange.js';

/** `npm test` builds before it tests, so this is the code under test as it is shipped. */
const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const END_WITH_PARENT = fileURLToPath(new URL('./end-with-parent.js', import.meta.url));
const SHIFTED_CLOCK = fileURLToPath(new URL('./shifted-clock.js', import.meta.url));

const READY_WITHIN_MS = 60_000;

export interface ProcessOptions {
  readonly role: 'api' | 'worker' | 'all';
  readonly env: NodeJS.ProcessEnv;
  /** How far this process's wall clock is off. */
  readonly clockShiftMs?: number;
}

/** One process of the built gateway, serving on a port of its own. */
export class GatewayProcess {
  /** What it has printed: for the message of a failed test. */
  output = '';
  private readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  /** Resolves when it is ready to serve. */
  static async start(options: ProcessOptions): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(options, await freePort());
    await gateway.untilReady();
    return gateway;
  }

  private readonly child: ChildProcess;

  private constructor(
    { role, env, clockShiftMs = 0 }: ProcessOptions,
    readonly port: number,
  ) {
    const imports = [END_WITH_PARENT, ...(clockShiftMs === 0 ? [] : [SHIFTED_CLOCK])];
    this.child = spawn(process.execPath, [...imports.flatMap((file) => ['--import', file]), MAIN], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'development',
        LOG_LEVEL: 'warn',
        CLOCK_SHIFT_MS: String(clockShiftMs),
        ROLE: role,
        PORT: String(port),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-20_000)));
    this.exited = once(this.child, 'exit').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async isReady(): Promise<boolean> {
    return exchange('GET', `${this.url}/readyz`, { timeoutMs: 2_000 }).then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  async untilReady(): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await this.isReady())) {
      if (!this.isRunning || performance.now() > deadline) throw new Error(`The gateway is not ready.\n${this.output}`);
      await delay(50);
    }
  }

  /** As in a power cut. Resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.isRunning) this.child.kill('SIGKILL');
    await this.exited;
  }

  /** As an orchestrator stops it. Resolves with how it ended. */
  async terminate(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.child.kill('SIGTERM');
    return this.exited;
  }
}
