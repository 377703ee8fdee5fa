import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import { DispatchEvents } from '../../src/application/webhooks/dispatch-events.js';
import { MakeEndpoint } from '../../src/application/webhooks/make-endpoint.js';
import { SendDelivery, type DueDelivery } from '../../src/application/webhooks/send-delivery.js';
import type { FeedEventType } from '../../src/domain/events/feed-event.js';
import type { TestBed } from './test-bed.js';
import type { Received } from './webhook-receiver.js';

export interface MadeEndpoint {
  readonly id: string;
  readonly secret: string;
}

const NEVER = new AbortController().signal;

/** What workers do about webhooks, step by step, when a test says so. */
export class WebhookSteps {
  constructor(
    private readonly bed: Pick<TestBed, 'rows'>,
    private readonly app: INestApplicationContext,
  ) {}

  async makeEndpoint(tenantId: string, url: string, types: readonly FeedEventType[] = []): Promise<MadeEndpoint> {
    const { endpoint, secret } = await this.app.get(MakeEndpoint).run({
      tenantId,
      url,
      types,
      description: null,
      idempotencyKey: randomUUID(),
      fingerprint: new Uint8Array([0]),
    });
    return { id: endpoint.id, secret: secret ?? '' };
  }

  /** Queues everything that has happened. What is told waits for transactions of other tests, too: they share a server. */
  async dispatch(app = this.app): Promise<void> {
    for (;;) {
      const { then } = await app.get(DispatchEvents).run();
      if (then === 'more') continue;
      const [row] = await this.bed.rows<{ left: number }>(`
        SELECT ((SELECT count(*) FROM order_events e, feed_readers r
                 WHERE r.name = 'webhooks' AND (e.tx, e.order_id, e.sequence) > (r.tx, r.subject, r.sequence))
              + (SELECT count(*) FROM webhook_endpoint_events e, feed_readers r
                 WHERE r.name = 'webhooks' AND (e.tx, e.endpoint_id, e.sequence) > (r.tx, r.subject, r.sequence)))::int AS left`);
      if (row?.left === 0) return;
      await delay(5);
    }
  }

  claim(app = this.app): Promise<DueDelivery[]> {
    const options = { room: 100, perEndpoint: 100, underWay: new Map<string, number>(), afterEndpoint: '' };
    return app.get(SendDelivery).claim(options);
  }

  send(due: DueDelivery, app = this.app): Promise<void> {
    return app.get(SendDelivery).run(due, NEVER);
  }

  /** Sends everything that is due, until nothing is. @returns how many requests that took. */
  async sendDue(): Promise<number> {
    let sent = 0;
    for (;;) {
      const due = await this.claim();
      if (due.length === 0) return sent;
      sent += due.length;
      await Promise.all(due.map((each) => this.send(each)));
    }
  }

  giveUpUnsendable(): Promise<void> {
    return this.app.get(SendDelivery).giveUpUnsendable();
  }

  deliveries(endpointId: string): Promise<{ id: string; event_id: string; state: string; attempts: number }[]> {
    return this.bed.rows(
      'SELECT id, event_id, state, attempts FROM webhook_deliveries WHERE endpoint_id = $1 ORDER BY id',
      [endpointId],
    );
  }

  async endpoint(id: string): Promise<{ disabled_reason: string | null; failing_since: Date | null; version: number }> {
    const [row] = await this.bed.rows<{ disabled_reason: string | null; failing_since: Date | null; version: number }>(
      'SELECT disabled_reason, failing_since, version FROM webhook_endpoints WHERE id = $1',
      [id],
    );
    if (!row) throw new Error('there is no such endpoint');
    return row;
  }
}

/** As a receiver does it: throws unless the secret has signed exactly this. */
export const verified = (secret: string, { body, headers }: Received): { id: string; type: string; data: unknown } =>
  new Webhook(secret).verify(body, { ...headers }) as { id: string; type: string; data: unknown };
