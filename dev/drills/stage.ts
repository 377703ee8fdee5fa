import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { makeOlder, type Query } from './ageing.js';
import { RunningSimulator } from './simulator.js';

/** As much of an order as drills look at. */
export interface PlacedOrder {
  readonly id: string;
  readonly status: string;
  readonly review: { readonly reason: string } | null;
  readonly provider_order_id: string | null;
  readonly checkout: { readonly url: string } | null;
  readonly ordered_mass: { readonly grams: number };
  readonly price: {
    readonly total: { readonly amount: string };
    readonly tax: { readonly amount: string } | null;
  } | null;
}

/** A situation that has been made. */
export interface Situation {
  /** The order that it is about; null where it is about a provider. */
  readonly order: string | null;
  /** What the provider's own pages and people would say. */
  readonly told: readonly string[];
}

const LOOK_EVERY_MS = 200;

/** The gateway takes up what is due within a second, and a provider that hangs is given up after thirty. */
const PATIENCE_MS = 60_000;

/** A running gateway over simulated providers, and the time that passes for its orders. */
export class Stage {
  readonly cnaught: RunningSimulator;
  readonly carbonmark: RunningSimulator;
  readonly oneTribe: RunningSimulator;

  constructor(
    private readonly api: string,
    private readonly key: string,
    /** The environment with which the gateway buys from the simulators. */
    variables: Readonly<Record<string, string>>,
    /** As the owner of the tables, which gateways are not: time cannot be moved without. */
    readonly query: Query,
  ) {
    const of = (name: string): string => variables[name] ?? '';
    this.cnaught = new RunningSimulator(of('CNAUGHT_BASE_URL'), { authorization: `Bearer ${of('CNAUGHT_API_KEY')}` });
    this.carbonmark = new RunningSimulator(of('CARBONMARK_CHECKOUT_URL'), {
      authorization: `Bearer ${of('CARBONMARK_API_KEY')}`,
    });
    this.oneTribe = new RunningSimulator(of('ONE_TRIBE_BASE_URL'), {
      authorisation: `API-Key ${of('ONE_TRIBE_API_KEY')}`,
    });
  }

  async mendAll(): Promise<void> {
    await Promise.all([this.cnaught, this.carbonmark, this.oneTribe].map((simulator) => simulator.mend()));
  }

  /** Places an order. One that its provider refuses is an order, too. */
  async order(body: object): Promise<PlacedOrder> {
    const { id, order_id: refused } = await this.ask<{ id?: string; order_id?: string }>('/v1/orders', {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
      body: JSON.stringify({ beneficiary: { name: 'Jane Smith' }, ...body }),
    });
    const made = id ?? refused;
    if (made === undefined) throw new Error('The gateway took no order. Is its provider paused, from another drill?');
    return this.read(made);
  }

  read(id: string): Promise<PlacedOrder> {
    return this.ask<PlacedOrder>(`/v1/orders/${id}`);
  }

  /** The order as it is after that. */
  act(id: string, what: 'refresh' | 'cancel'): Promise<PlacedOrder> {
    return this.ask<PlacedOrder>(`/v1/orders/${id}/${what}`, {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
    });
  }

  /** A browser comes back from the page of a payment. */
  async comeBack(address: string): Promise<void> {
    await fetch(address, { redirect: 'manual' });
  }

  /** For the gateway it is later by so much: of one order, or of everything. */
  letTimePass(ms: number, orderId: string | null = null): Promise<void> {
    return makeOlder(this.query, ms, orderId);
  }

  /** Lets time pass in steps until the order is as it is wanted, each time the gateway has done what was due. */
  async until(
    id: string,
    isWanted: (order: PlacedOrder) => boolean,
    { stepMs, most = 40 }: { readonly stepMs: number; readonly most?: number },
  ): Promise<PlacedOrder> {
    for (let step = 0; step < most; step++) {
      await this.whileBusy(id);
      const order = await this.read(id);
      if (isWanted(order)) return order;
      await this.letTimePass(stepMs, id);
      await setTimeout(LOOK_EVERY_MS);
    }
    const { status, review } = await this.read(id);
    throw new Error(`The order ${id} is ${status}, under review for ${review?.reason ?? 'nothing'}: not as wanted.`);
  }

  untilReviewed(id: string, reason: string, stepMs: number): Promise<PlacedOrder> {
    return this.until(id, ({ review }) => review?.reason === reason, { stepMs });
  }

  /** What was sent for an order, or was about to be. */
  async sent(id: string): Promise<string> {
    const rows = await this.rows('SELECT body FROM attempts WHERE order_id = $1 ORDER BY id LIMIT 1', [id]);
    return String(rows[0]?.['body']);
  }

  /** Until nothing is due of the order, and nobody is at it. */
  private async whileBusy(id: string): Promise<void> {
    const busy = 'SELECT FROM tasks WHERE subject_id = $1 AND (run_at <= now() OR leased_until > now())';
    for (let waitedMs = 0; (await this.rows(busy, [id])).length > 0; waitedMs += LOOK_EVERY_MS) {
      if (waitedMs > PATIENCE_MS) throw new Error('The gateway does not take up what is due. Is a worker running?');
      await setTimeout(LOOK_EVERY_MS);
    }
  }

  private async rows(sql: string, values: readonly unknown[]): Promise<readonly Record<string, unknown>[]> {
    return (await this.query(sql, values)) as Record<string, unknown>[];
  }

  private async ask<Answer>(path: string, request: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${this.key}`);
    const response = await fetch(`${this.api}${path}`, { ...request, headers });
    return (await response.json()) as Answer;
  }
}
