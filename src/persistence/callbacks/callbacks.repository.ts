import { Injectable } from '@nestjs/common';
import { MAX_CLAIMED_PAYMENTS } from '../../domain/purchases/timing.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { TaskNotices } from '../tasks/task-notices.js';
import { WOKEN_TASKS } from '../tasks/task-rows.js';

/** Where a payer's browser goes next. */
export interface ReturnTargets {
  readonly orderId: string;
  readonly successUrl: string | null;
  readonly cancelUrl: string | null;
}

/** What providers and browsers report, kept as evidence. The same statement makes the task of the order due. */
@Injectable()
export class CallbacksRepository {
  constructor(
    private readonly database: Database,
    private readonly notices: TaskNotices,
  ) {}

  /**
   * Stores a callback. `hint` is the purchase it names. An order that has ended gets a task to look at it.
   * @returns false if no order of this provider has this token.
   */
  async recordCallback(
    provider: string,
    tokenHash: Uint8Array<ArrayBuffer>,
    body: Uint8Array<ArrayBuffer>,
    hint: string | null,
  ): Promise<boolean> {
    const rows = await this.database.query(Prisma.sql`
      WITH subject AS (
        SELECT o.id FROM orders o WHERE o.callback_token_hash = ${tokenHash}::bytea AND o.provider = ${provider}::text),
      claim AS (
        INSERT INTO callbacks (order_id, provider, body, provider_order_id)
        SELECT subject.id, ${provider}::text, ${body}::bytea, ${hint}::text FROM subject RETURNING order_id),
      ${WOKEN_TASKS}
      SELECT id FROM subject`);
    if (rows.length > 0) this.notices.announce();
    return rows.length > 0;
  }

  /**
   * Stores the payment id that a browser brought back, up to a limit per order. An order that has ended gets a task to
   * look at a new payment id, because it may be a second payment.
   * @returns null if no order has this token.
   */
  async recordReturn(tokenHash: Uint8Array<ArrayBuffer>, paymentId: string | null): Promise<ReturnTargets | null> {
    const [row] = await this.database.query<{ id: string; success_url: string | null; cancel_url: string | null }>(
      Prisma.sql`
        WITH subject AS (
          SELECT o.id, o.success_url, o.cancel_url FROM orders o WHERE o.return_token_hash = ${tokenHash}::bytea),
        claim AS (
          INSERT INTO checkout_returns (order_id, payment_id)
          SELECT subject.id, ${paymentId}::text FROM subject
          WHERE ${paymentId}::text IS NOT NULL AND ${MAX_CLAIMED_PAYMENTS}::int > (
            SELECT count(*) FROM checkout_returns r WHERE r.order_id = subject.id)
          ON CONFLICT DO NOTHING RETURNING order_id),
        ${WOKEN_TASKS}
        SELECT id, success_url, cancel_url FROM subject`,
    );
    if (!row) return null;
    this.notices.announce();
    return { orderId: row.id, successUrl: row.success_url, cancelUrl: row.cancel_url };
  }
}
