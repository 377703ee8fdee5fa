import { Injectable } from '@nestjs/common';
import { MAX_CALLBACK_BODIES, MAX_CLAIMS, type ClaimSource } from '../../domain/purchases/claims.js';
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

/** What became of a report of a stranger about an order. */
export interface Recorded {
  readonly orderId: string;
  /** A purchase was named, and could not be kept: the order has too many undecided claims. */
  readonly isClaimLost: boolean;
}

/** What providers and browsers report, kept as evidence. The same statement makes the task of the order due. */
@Injectable()
export class CallbacksRepository {
  constructor(
    private readonly database: Database,
    private readonly notices: TaskNotices,
  ) {}

  /**
   * Stores a callback, or counts it where the order has one that says the same. `hint` is the purchase it names. Of an
   * order whose personal data was erased, what it says beside that is not stored.
   * @returns null if no order of this provider has this token.
   */
  async recordCallback(
    provider: string,
    tokenHash: Uint8Array<ArrayBuffer>,
    body: Uint8Array<ArrayBuffer>,
    hint: string | null,
  ): Promise<Recorded | null> {
    const [row] = await this.database.query<RecordedRow>(Prisma.sql`
      WITH subject AS (
        SELECT o.id, o.provider, o.provider_order_id, o.personal_data_erased_at FROM orders o
        WHERE o.callback_token_hash = ${tokenHash}::bytea AND o.provider = ${provider}::text),
      stored AS (
        INSERT INTO callbacks (order_id, provider, body, body_hash, provider_order_id)
        SELECT subject.id, subject.provider,
               CASE WHEN subject.personal_data_erased_at IS NULL THEN ${body}::bytea ELSE '' END,
               sha256(${body}::bytea), ${hint}::text
        FROM subject
        WHERE ${MAX_CALLBACK_BODIES}::int > (SELECT count(*) FROM callbacks c WHERE c.order_id = subject.id)
           OR EXISTS (SELECT FROM callbacks c WHERE c.order_id = subject.id AND c.body_hash = sha256(${body}::bytea))
        ON CONFLICT (order_id, body_hash) DO UPDATE SET times = callbacks.times + 1, received_at = now()),
      ${claim(hint, 'callback')},
      ${WOKEN_TASKS}
      SELECT id, ${IS_CLAIM_LOST(hint)} AS is_claim_lost FROM subject`);
    if (!row) return null;
    this.notices.announce();
    return { orderId: row.id, isClaimLost: row.is_claim_lost };
  }

  /**
   * Stores the payment id that a browser brought back.
   * @returns null if no order has this token.
   */
  async recordReturn(
    tokenHash: Uint8Array<ArrayBuffer>,
    paymentId: string | null,
  ): Promise<(Recorded & ReturnTargets) | null> {
    const [row] = await this.database.query<RecordedRow & { success_url: string | null; cancel_url: string | null }>(
      Prisma.sql`
        WITH subject AS (
          SELECT o.id, o.provider, o.provider_order_id, o.success_url, o.cancel_url FROM orders o
          WHERE o.return_token_hash = ${tokenHash}::bytea),
        ${claim(paymentId, 'return')},
        ${WOKEN_TASKS}
        SELECT id, success_url, cancel_url, ${IS_CLAIM_LOST(paymentId)} AS is_claim_lost FROM subject`,
    );
    if (!row) return null;
    this.notices.announce();
    const { id: orderId, success_url: successUrl, cancel_url: cancelUrl, is_claim_lost: isClaimLost } = row;
    return { orderId, successUrl, cancelUrl, isClaimLost };
  }
}

interface RecordedRow {
  readonly id: string;
  readonly is_claim_lost: boolean;
}

/**
 * CTEs that keep a claim of the order in `subject`. The order's own purchase or checkout needs no look. One that the
 * provider did not know is looked at again when it is brought again; one that was decided is not. `news` has a row if the
 * claim is to be looked at.
 */
const claim = (purchaseId: string | null, source: ClaimSource): Prisma.Sql => Prisma.sql`
  claim AS (
    INSERT INTO purchase_claims (order_id, provider_order_id, source, verdict)
    SELECT subject.id, ${purchaseId}::text, ${source}::text,
           CASE WHEN subject.provider_order_id = ${purchaseId}::text OR EXISTS (
                  SELECT FROM checkout_sessions s WHERE s.order_id = subject.id AND s.session_id = ${purchaseId}::text)
                THEN 'confirmed' ELSE 'claimed' END
    FROM subject
    WHERE ${purchaseId}::text IS NOT NULL
      AND (${MAX_CLAIMS}::int > (SELECT count(*) FROM purchase_claims c
                                 WHERE c.order_id = subject.id AND c.verdict = 'claimed' AND c.source = ${source}::text)
           OR EXISTS (SELECT FROM purchase_claims c
                      WHERE c.order_id = subject.id AND c.provider_order_id = ${purchaseId}::text))
    ON CONFLICT (order_id, provider_order_id) DO UPDATE SET
      verdict = CASE WHEN purchase_claims.verdict = 'unknown' THEN 'claimed' ELSE purchase_claims.verdict END,
      due_at = CASE WHEN purchase_claims.verdict = 'unknown' THEN now() ELSE purchase_claims.due_at END
    RETURNING order_id, verdict),
  news AS (SELECT order_id FROM claim WHERE verdict = 'claimed')`;

const IS_CLAIM_LOST = (purchaseId: string | null): Prisma.Sql =>
  Prisma.sql`(${purchaseId}::text IS NOT NULL AND NOT EXISTS (SELECT FROM claim))`;
