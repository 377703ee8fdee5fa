import { Injectable } from '@nestjs/common';
import { applied, personalDataErased } from '../../domain/audit/act.js';
import { ORDER_STATUSES, type OrderStatus } from '../../domain/orders/lifecycle.js';
import { recordOnce } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { readList, readObject, readText, readTextOrNull, readWord } from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import { ProcessHeartbeat } from '../tasks/process-heartbeat.js';

/** What became of an order that was to be erased. Only the first changes anything. */
export const ERASURE_OUTCOMES = [
  'erased',
  'erased_before',
  'not_found',
  'open',
  'in_review',
  'being_answered',
] as const;
export type ErasureOutcome = (typeof ERASURE_OUTCOMES)[number];

export interface ErasedOrder {
  readonly orderId: string;
  readonly outcome: ErasureOutcome;
  readonly status: OrderStatus | null;
  readonly tenantId: string | null;
  readonly provider: string | null;
  readonly providerOrderId: string | null;
}

export interface Erasure {
  readonly operator: string;
  readonly reason: string;
  readonly chosenBy: 'order' | 'email' | 'age';
  /** What else is to be found in texts, beside the name and address of each order. */
  readonly names: readonly string[];
  readonly duplicateWindowMs: number;
}

/** An order in which an email address was found, and where. */
export interface PersonalDataFound {
  readonly orderId: string;
  readonly tenantId: string;
  readonly status: OrderStatus;
  readonly reviewReason: string | null;
  readonly foundIn: readonly string[];
}

/** The reason for an erasure is kept, and must not name the person. Nothing was written. */
export class ReasonNamesPersonError extends Error {
  override readonly name = 'ReasonNamesPersonError';

  constructor(options: ErrorOptions) {
    super('The reason names the person, and is kept: say it without. What is not erased yet stays.', options);
  }
}

/** Texts of an order `o` in which an address may stand. */
const TEXTS = ['retirement_message', 'description', 'reference', 'metadata', 'labels'] as const;

@Injectable()
export class ErasuresRepository {
  constructor(
    private readonly database: Database,
    private readonly heartbeat: ProcessHeartbeat,
  ) {}

  /**
   * Erases these orders in one transaction, with the row that says who had it done and why, and a person's act in the
   * audit; of those that cannot be erased it only says why. Throws ReasonNamesPersonError.
   */
  async erase(
    orderIds: readonly string[],
    { operator, reason, chosenBy, names, duplicateWindowMs }: Erasure,
  ): Promise<{ readonly id: string; readonly orders: readonly ErasedOrder[] }> {
    const id = newId('era');
    const eventIds = orderIds.map(() => newId('evt'));
    const by = { by: 'operator', name: operator } as const;
    const recorded =
      chosenBy === 'age'
        ? Prisma.empty
        : Prisma.sql`, ${recordOnce(applied(by, personalDataErased(id, chosenBy, reason)), Prisma.sql`done WHERE outcome = 'erased'`)} AS recorded`;
    const rows = await this.database
      .query<ErasedRow>(
        Prisma.sql`
        WITH done AS MATERIALIZED (
          SELECT * FROM erase_orders(
            ${id}::text, ${orderIds}::text[], ${eventIds}::text[], ${names}::text[], ${chosenBy}::text, ${operator}::text,
            ${reason}::text, ${this.heartbeat.id}::text, ${duplicateWindowMs}::float8))
        SELECT done.* ${recorded} FROM done`,
      )
      .catch((thrown: unknown) => {
        throw namesPerson(thrown) ? new ReasonNamesPersonError({ cause: thrown }) : thrown;
      });
    return { id, orders: rows.map(erasedFromRow) };
  }

  /**
   * Looks for an email address through the orders after `after`, at most `limit` of them, in the order of their ids.
   * `pattern` is a regular expression that matches the address as a whole.
   * @returns where to go on, or null if that was the last of them.
   */
  async findEmail(
    {
      email,
      pattern,
      tenantId,
    }: { readonly email: string; readonly pattern: string; readonly tenantId: string | null },
    after: string,
    limit: number,
  ): Promise<{ readonly found: readonly PersonalDataFound[]; readonly next: string | null }> {
    const mentions = TEXTS.map(
      (column) => Prisma.sql`CASE WHEN p.${Prisma.raw(column)}::text ~* ${pattern}::text THEN ${column}::text END`,
    );
    const [row] = await this.database.query<{ last: string | null; read: number; found: unknown }>(Prisma.sql`
      WITH page AS MATERIALIZED (
        SELECT o.* FROM orders o
        WHERE o.id > ${after}::text AND (${tenantId}::text IS NULL OR o.tenant_id = ${tenantId}::text)
        ORDER BY o.id LIMIT ${limit}::int),
      found AS (
        SELECT p.id, p.tenant_id, p.status, p.review_reason, array_remove(ARRAY[
          CASE WHEN lower(p.beneficiary_email) = lower(${email}::text) THEN 'beneficiary_email' END,
          CASE WHEN p.beneficiary_name ~* ${pattern}::text THEN 'beneficiary_name' END,
          ${Prisma.join(mentions)}], NULL) AS found_in
        FROM page p WHERE p.personal_data_erased_at IS NULL)
      SELECT (SELECT max(id) FROM page) AS last, (SELECT count(*)::int FROM page) AS read,
             (SELECT jsonb_agg(to_jsonb(f) ORDER BY f.id) FROM found f WHERE cardinality(f.found_in) > 0) AS found`);
    return { found: readList(readFound)(row?.found), next: row?.read === limit ? row.last : null };
  }

  /**
   * Orders that ended more than `days` ago, oldest first, at most `limit`. Those that are open or in review are left out,
   * however old they are.
   */
  async oldest(days: number, limit: number): Promise<readonly string[]> {
    const rows = await this.database.query<{ id: string }>(Prisma.sql`
      SELECT o.id FROM orders o
      WHERE o.personal_data_erased_at IS NULL AND o.created_at < now() - ${days}::int * interval '1 day'
        AND has_rested(o, ${days}::int)
      ORDER BY o.created_at LIMIT ${limit}::int`);
    return rows.map(({ id }) => id);
  }
}

interface ErasedRow {
  readonly order_id: string;
  readonly outcome: string;
  readonly status: string | null;
  readonly tenant_id: string | null;
  readonly provider: string | null;
  readonly provider_order_id: string | null;
}

const erasedFromRow = (row: ErasedRow): ErasedOrder => ({
  orderId: row.order_id,
  outcome: readWord(ERASURE_OUTCOMES)(row.outcome),
  status: row.status === null ? null : readWord(ORDER_STATUSES)(row.status),
  tenantId: row.tenant_id,
  provider: row.provider,
  providerOrderId: row.provider_order_id,
});

const readFound = (value: unknown): PersonalDataFound => {
  const row = readObject({
    id: readText,
    tenant_id: readText,
    status: readWord(ORDER_STATUSES),
    review_reason: readTextOrNull,
    found_in: readList(readText),
  })(value);
  return {
    orderId: row.id,
    tenantId: row.tenant_id,
    status: row.status,
    reviewReason: row.review_reason,
    foundIn: row.found_in,
  };
};

const namesPerson = (thrown: unknown): boolean =>
  typeof thrown === 'object' &&
  thrown !== null &&
  'constraint' in thrown &&
  thrown.constraint === 'erasures_name_nobody';
