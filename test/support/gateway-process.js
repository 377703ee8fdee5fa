/** Processes of the built gateway, for specs and for scripts that run without Jest. `npm test` builds before it tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** Of the caller's environment, what any program needs; nothing that configures a gateway. */
const NEUTRAL = ['PATH', 'HOME', 'LANG', 'TMPDIR'];

export const neutralEnv = () => Object.fromEntries(NEUTRAL.map((name) => [name, process.env[name]]));

const READY_WITHIN_MS = 60_000;
const LOOK_MS = 50;

/** So much of what a process prints is kept, for the message of a failed test. */
const KEPT_OUTPUT = 20_000;

/** One process, from its start to its end. */
export class GatewayProcess {
  output = '';

  /** `imports` are run by Node before the program. */
  constructor({ port, env, program = MAIN, imports = [], stdio = ['ignore', 'pipe', 'pipe'] }) {
    this.url = `http://127.0.0.1:${port}`;
    this.child = spawn(process.execPath, [...imports.flatMap((file) => ['--import', file]), program], {
      env: { ...neutralEnv(), NODE_ENV: 'development', LOG_LEVEL: 'warn', ...(port && { PORT: String(port) }), ...env },
      stdio,
      serialization: 'advanced',
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk) => (this.output = `${this.output}${chunk}`.slice(-KEPT_OUTPUT)));
    this.ended = once(this.child, 'exit').then(([code, signal]) => ({ code, signal }));
  }

  get isRunning() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async isReady() {
    const response = fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    return response.then(
      async (response) => (await response.text(), response.ok),
      () => false,
    );
  }

  /** Rejects when it has ended, or is not ready after so long. */
  async untilReady(withinMs = READY_WITHIN_MS) {
    const deadline = performance.now() + withinMs;
    while (!(await this.isReady())) {
      if (!this.isRunning) throw new Error(`The gateway ended before it was ready.\n${this.output}`);
      if (performance.now() > deadline) throw new Error(`The gateway is not ready.\n${this.output}`);
      await delay(LOOK_MS);
    }
  }

  /** As in a power cut. Resolves when it is gone, with how it ended. */
  kill() {
    if (this.isRunning) this.child.kill('SIGKILL');
    return this.ended;
  }

  /** As an orchestrator stops it. */
  terminate() {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}
