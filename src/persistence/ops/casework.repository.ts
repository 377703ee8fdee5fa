import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { orderClaimed, orderNoted, orderReleased } from '../../domain/audit/operator-acts.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';

export interface Note {
  readonly id: string;
  readonly orderId: string;
  readonly at: Date;
  /** Whose it is: the name of the operator; null for a machine's. */
  readonly operator: string | null;
  readonly text: string;
}

export interface Owner {
  readonly id: string;
  readonly name: string;
  readonly since: Date;
}

/** What operators do about an order beside deciding on it. Each is recorded in the audit in the same statement. */
@Injectable()
export class CaseworkRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes a note. Under a key that this caller has used before nothing is written, and the note of then comes back.
   * @returns null if there is no such order.
   */
  async note(orderId: string, text: string, idempotencyKey: string, by: RequestActor): Promise<Note | null> {
    const id = newId('not');
    const written = await this.database.query<NoteRow>(Prisma.sql`
      WITH noted AS (
        INSERT INTO order_notes (id, order_id, operator_id, key_id, idempotency_key, text)
        SELECT ${id}::text, o.id, ${by.operator?.id ?? null}::text, ${by.keyId}::text, ${idempotencyKey}::text, ${text}::text
        FROM orders o WHERE o.id = ${orderId}::text
        ON CONFLICT (key_id, idempotency_key) DO NOTHING RETURNING *)
      SELECT n.*, p.name AS operator, ${recordAct(applied(by, orderNoted(orderId, id)))} AS recorded
      FROM noted n LEFT JOIN operators p ON p.id = n.operator_id`);
    const rows =
      written.length > 0
        ? written
        : await this.database.query<NoteRow>(Prisma.sql`
            SELECT n.*, p.name AS operator FROM order_notes n LEFT JOIN operators p ON p.id = n.operator_id
            WHERE n.key_id = ${by.keyId}::text AND n.idempotency_key = ${idempotencyKey}::text`);
    return rows[0] ? noteFromRow(rows[0]) : null;
  }

  /** Newest first. */
  async notes(orderId: string, limit: number): Promise<Note[]> {
    const rows = await this.database.query<NoteRow>(Prisma.sql`
      SELECT n.*, p.name AS operator FROM order_notes n LEFT JOIN operators p ON p.id = n.operator_id
      WHERE n.order_id = ${orderId}::text ORDER BY n.at DESC, n.id DESC LIMIT ${limit}::int`);
    return rows.map(noteFromRow);
  }

  /** @returns null if nobody has the order in hand. */
  async ownerOf(orderId: string): Promise<Owner | null> {
    const [row] = await this.database.query<Owner>(Prisma.sql`
      SELECT p.id, p.name, w.since FROM order_owners w JOIN operators p ON p.id = w.operator_id
      WHERE w.order_id = ${orderId}::text`);
    return row ?? null;
  }

  /** Gives the order to an operator, if its owner is still the one that was read. @returns whether anything was written. */
  async claim(orderId: string, before: string | null, operatorId: string, by: RequestActor): Promise<boolean> {
    const recorded = await this.database.query(Prisma.sql`
      WITH claimed AS (
        INSERT INTO order_owners AS w (order_id, operator_id) VALUES (${orderId}::text, ${operatorId}::text)
        ON CONFLICT (order_id) DO UPDATE SET operator_id = EXCLUDED.operator_id, since = EXCLUDED.since
        WHERE w.operator_id = ${before}::text RETURNING order_id)
      SELECT ${recordAct(applied(by, orderClaimed(orderId, before, operatorId)))} FROM claimed`);
    return recorded.length === 1;
  }

  /** @returns false if that operator does not have the order in hand any more. */
  async release(orderId: string, before: string, by: RequestActor): Promise<boolean> {
    const recorded = await this.database.query(Prisma.sql`
      WITH released AS (
        DELETE FROM order_owners WHERE order_id = ${orderId}::text AND operator_id = ${before}::text RETURNING order_id)
      SELECT ${recordAct(applied(by, orderReleased(orderId, before)))} FROM released`);
    return recorded.length === 1;
  }
}

interface NoteRow {
  readonly id: string;
  readonly order_id: string;
  readonly at: Date;
  readonly operator: string | null;
  readonly text: string;
}

const noteFromRow = ({ id, order_id: orderId, at, operator, text }: NoteRow): Note => ({
  id,
  orderId,
  at,
  operator,
  text,
});
