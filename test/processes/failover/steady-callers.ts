import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayProcess } from '../../support/gateway-process.js';
import { CNAUGHT_ORDER, type Cluster } from '../cluster.js';
import { jsonOf, type Reply } from '../http-request.js';

const CALLERS = 4;
const BETWEEN_ORDERS_MS = 150;

/** Callers hold to Retry-After, but for one second at most: they shall see what happens. */
const PATIENCE_MS = 1_000;

/** Callers that order without a pause, each order under its own key until it is accepted. */
export class SteadyCallers {
  /** Ids of orders that callers were told, by idempotency key. */
  readonly accepted = new Map<string, string>();
  readonly statuses: Record<number, number> = {};
  slowestMs = 0;
  longestGapMs = 0;
  private acceptedAtMs = performance.now();
  private stopping = false;
  private readonly running: Promise<unknown>;
  private onAccepted: () => void = () => undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly gateway: GatewayProcess,
  ) {
    this.running = Promise.all(Array.from({ length: CALLERS }, (_, nth) => this.call(nth)));
  }

  /** Resolves when so many more orders were accepted. */
  async more(count: number): Promise<void> {
    const wanted = this.accepted.size + count;
    while (this.accepted.size < wanted) await new Promise<void>((resolve) => (this.onAccepted = resolve));
  }

  /** No further order is begun; those that were are accepted first. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async call(nth: number): Promise<void> {
    const prefer = nth % 2 === 0 ? 'respond-async' : 'wait=2';
    while (!this.stopping) {
      const key = randomUUID();
      this.note(key, await this.untilAccepted(key, prefer));
      await delay(BETWEEN_ORDERS_MS);
    }
  }

  private async untilAccepted(key: string, prefer: string): Promise<string> {
    for (;;) {
      const reply = await this.cluster.order(this.gateway, CNAUGHT_ORDER, { key, prefer });
      this.statuses[reply.status] = (this.statuses[reply.status] ?? 0) + 1;
      this.slowestMs = Math.max(this.slowestMs, reply.tookMs);
      if (reply.status < 300) return jsonOf<{ id: string }>(reply).id;
      if (![409, 503].includes(reply.status)) throw new Error(`${reply.status} ${reply.text}`);
      await delay(Math.min(PATIENCE_MS, retryAfterMs(reply)));
    }
  }

  private note(key: string, orderId: string): void {
    const now = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, now - this.acceptedAtMs);
    this.acceptedAtMs = now;
    this.accepted.set(key, orderId);
    this.onAccepted();
  }
}

const retryAfterMs = ({ headers }: Reply): number => Number(headers['retry-after'] ?? 1) * 1_000;
