import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PlaceOrderCommand } from '../../../src/application/orders/place-order.js';
import type { IdempotentRequest } from '../../../src/persistence/idempotency/idempotency.repository.js';
import { GatewayProcess } from '../../support/gateway-process.js';

/** What the gateway refused, as its caller would be told. */
export class RefusedByGatewayError extends Error {
  override readonly name = 'RefusedByGatewayError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

/** The process was killed before it had responded. */
export class GatewayDiedError extends Error {
  override readonly name = 'GatewayDiedError';
}

interface Told {
  readonly id?: number;
  readonly value?: unknown;
  readonly refused?: { readonly code: string; readonly message: string };
}

/** What a case needs of the processes that play it. */
export interface Conditions {
  /** No call to a provider lasts longer than this, whatever its deadline. */
  readonly callsEndWithinMs: number;
  /** The provider whose adapter declares that nothing protects a repeated purchase; null: as they are. */
  readonly unprotected: string | null;
}

const PROGRAM = fileURLToPath(new URL('./commanded-gateway.main.js', import.meta.url));

/** The built engine in a process of its own, under this test's command. */
export class CommandedGateway {
  private readonly waiting = new Map<number, (told: Told) => void>();
  private lastId = 0;
  private died: GatewayDiedError | null = null;
  /** Resolves with the signal that ended the process; null: it left by itself. */
  readonly ended: Promise<NodeJS.Signals | null>;

  private constructor(private readonly process: GatewayProcess) {
    process.child.on('message', (told: Told) => this.waiting.get(told.id ?? 0)?.(told));
    this.ended = process.ended.then(({ signal }) => {
      this.died = new GatewayDiedError(`the gateway ended by ${signal}`);
      for (const resolve of this.waiting.values()) resolve({});
      return signal;
    });
  }

  static async start(env: NodeJS.ProcessEnv): Promise<CommandedGateway> {
    // It listens to this test instead of to a port.
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    const gateway = new GatewayProcess({ env, program: PROGRAM, stdio: [...stdio] });
    const started = new CommandedGateway(gateway);
    // A crash point at start-up does not exist: whatever ends it now is a mistake of the test.
    await Promise.race([once(gateway.child, 'message'), started.ended.then(() => Promise.reject(started.dead()))]);
    return started;
  }

  get isAlive(): boolean {
    return this.died === null;
  }

  place(command: PlaceOrderCommand, request: Omit<IdempotentRequest, 'owner'>): Promise<string> {
    return this.tell('place', { command, request }) as Promise<string>;
  }

  cancel(orderId: string): Promise<string> {
    return this.tell('cancel', { orderId }) as Promise<string>;
  }

  async comeBack(token: string, returnedId: string | null): Promise<void> {
    await this.tell('comeBack', { token, returnedId });
  }

  async runDue(): Promise<void> {
    await this.tell('runDue', {});
  }

  async prepare(conditions: Conditions): Promise<void> {
    await this.tell('prepare', conditions);
  }

  kill(): void {
    void this.process.kill();
  }

  private dead(): GatewayDiedError {
    return this.died ?? new GatewayDiedError('the gateway is gone');
  }

  private async tell(command: string, given: object): Promise<unknown> {
    if (this.died) throw this.died;
    const id = ++this.lastId;
    const told = await new Promise<Told>((resolve) => {
      this.waiting.set(id, resolve);
      this.process.child.send({ id, command, given }, (failed) => failed && resolve({}));
    });
    this.waiting.delete(id);
    if (told.id === undefined) {
      await this.ended;
      throw this.dead();
    }
    if (told.refused) throw new RefusedByGatewayError(told.refused.code, told.refused.message);
    return told.value;
  }
}
