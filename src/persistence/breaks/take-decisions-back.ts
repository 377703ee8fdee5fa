import { ACCOUNT_NAMES } from '../../domain/ledger/accounts.js';
import { RULE_NAMES } from '../../domain/ledger/rules.js';
import { ASSETS } from '../../domain/ledger/units.js';
import type { Actor } from '../../domain/orders/cause.js';
import { BREAK_TYPES } from '../../domain/reconciliation/break-types.js';
import { BREAK_STATUSES } from '../../domain/reconciliation/break.js';
import {
  CLAIMING_TYPES,
  leftKey,
  RESTING_TYPES,
  takeBack,
  WRITING_OFF_TYPES,
  type DecidedBreak,
  type PostedOf,
  type TakenBack,
} from '../../domain/reconciliation/take-back.js';
import type { Statement } from '../../domain/statements/statement.js';
import type { Transaction } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { readUnlinkedClaims } from '../ledger/unlinked-claims.js';
import { insertTransfers } from '../ledger/insert-transfers.js';
import { acceptedOf, balanceOf } from '../ledger/transfer-rows.js';
import { keptEntry, whoDid } from './break-moves.js';

/** Breaks of one statement of the database. */
const BREAKS = 2_000;

/** Who takes a statement back, why, and when that counts. */
export interface Reversal {
  readonly effectiveAt: Date;
  readonly reason: string;
  readonly by: Actor;
}

/**
 * Takes back what people have decided from lines of a statement, once what it had posted is taken back, by the same
 * transaction and under its lock. What rules have decided is left to the next run.
 */
export const takeDecisionsBack = async (
  transaction: Transaction,
  statement: Statement,
  reversal: Reversal,
): Promise<void> => {
  const breaks = await lockDecided(transaction, statement);
  const { due, accepted } = await readLeft(transaction, breaks);
  const taken = takeBack(breaks, due, accepted, await readUnlinkedClaims(transaction, statement.header.provider));
  for (let from = 0; from < taken.length; from += BREAKS)
    await keep(transaction, statement, reversal, taken.slice(from, from + BREAKS));
};

interface LockedRow {
  readonly id: string;
  readonly type: string;
  readonly status: string;
}

interface PostedRow extends Readonly<Record<'rule' | 'debit' | 'credit' | 'asset' | 'units' | 'source', string>> {
  readonly order_id: string | null;
  readonly tenant_id: string | null;
}

/**
 * Breaks about a line of the statement, about an order that its lines are of, or about a purchase that they name. Those of
 * an order rest on it where their facts name a line that counts no more, be it of a statement that was taken back before.
 */
const lockDecided = async (transaction: Transaction, { id, header }: Statement): Promise<readonly DecidedBreak[]> => {
  const rows = await transaction.query<LockedRow>(Prisma.sql`
    WITH named AS (
      SELECT l.order_id FROM statement_lines l WHERE l.statement_id = ${id}::text
      UNION SELECT a.order_id FROM line_allocations a WHERE a.statement_id = ${id}::text
      UNION SELECT o.order_id FROM breaks b, LATERAL (VALUES (b.order_id), (b.linked_order_id)) o(order_id)
            WHERE b.statement_id = ${id}::text),
    concerned AS (
      SELECT b.id FROM breaks b
      WHERE b.statement_id = ${id}::text AND b.type = ANY (${[...RESTING_TYPES, ...WRITING_OFF_TYPES]}::text[])
      UNION
      SELECT b.id FROM named n JOIN breaks b ON b.order_id = n.order_id
      WHERE b.type = ANY (${[...WRITING_OFF_TYPES]}::text[]) OR b.type = ANY (${[...RESTING_TYPES]}::text[]) AND (
        SELECT COALESCE(bool_or(s.id = ${id}::text OR s.status = 'reversed'), b.type = ANY (${[...CLAIMING_TYPES]}::text[]))
        FROM jsonb_array_elements(b.facts) f JOIN statements s ON s.id = split_part(f ->> 'line', ':', 1))
      UNION
      SELECT b.id FROM statement_lines l JOIN breaks b ON b.provider = ${header.provider}::text AND b.subject = l.provider_order_id
      WHERE l.statement_id = ${id}::text AND l.order_id IS NULL
        AND (b.type = 'purchase_unknown_here' OR b.type = ANY (${[...WRITING_OFF_TYPES]}::text[]))
      UNION
      -- What was claimed of a line that counts no more, and had come with a credit that counts no more either.
      SELECT b.id FROM breaks b
      JOIN statements s ON s.id = b.statement_id AND s.status = 'reversed'
      WHERE b.provider = ${header.provider}::text AND b.type = 'charge_unknown'
        AND EXISTS (SELECT FROM ledger_transfers t WHERE t.source = b.id AND t.debit = 'refund_due')
        AND EXISTS (
          SELECT FROM statement_lines l WHERE l.statement_id = ${id}::text AND l.order_id IS NULL AND l.kind = 'credit'))
    SELECT b.id, b.type, b.status FROM breaks b
    WHERE b.id IN (SELECT c.id FROM concerned c)
      AND (b.status <> 'cleared' OR EXISTS (SELECT FROM ledger_transfers t WHERE t.source = b.id))
    ORDER BY b.id FOR UPDATE OF b`);
  const posted = new Map<string, PostedOf[]>();
  const entries = await transaction.query<PostedRow>(Prisma.sql`
    SELECT t.source, t.rule, t.debit, t.credit, t.asset, t.units::text, t.order_id, t.tenant_id FROM ledger_transfers t
    WHERE t.source = ANY (${rows.map((row) => row.id)}::text[]) ORDER BY t.source, t.source_seq, t.leg`);
  for (const row of entries) posted.set(row.source, [...(posted.get(row.source) ?? []), postedFrom(row)]);
  return rows.map((row) => {
    const type = readWord(BREAK_TYPES)(row.type);
    return {
      id: row.id,
      type,
      status: readWord(BREAK_STATUSES)(row.status),
      posted: posted.get(row.id) ?? [],
      isResting: RESTING_TYPES.includes(type),
    };
  });
};

const postedFrom = (row: PostedRow): PostedOf => ({
  rule: readWord(RULE_NAMES)(row.rule),
  debit: readWord(ACCOUNT_NAMES)(row.debit),
  credit: readWord(ACCOUNT_NAMES)(row.credit),
  asset: readWord(ASSETS)(row.asset),
  units: BigInt(row.units),
  orderId: row.order_id,
  tenantId: row.tenant_id,
});

interface LeftRow {
  readonly order_id: string;
  readonly asset: string;
  readonly due: string;
  readonly accepted: string;
}

/** What the provider still owes back of the orders of these breaks, and what is still accepted of them. */
const readLeft = async (
  transaction: Transaction,
  breaks: readonly DecidedBreak[],
): Promise<Record<'due' | 'accepted', Map<string, bigint>>> => {
  const orders = new Set(breaks.flatMap(({ posted }) => posted.flatMap(({ orderId }) => orderId ?? [])));
  const rows = await transaction.query<LeftRow>(Prisma.sql`
    SELECT t.order_id, t.asset, ${balanceOf('refund_due')}::text AS due, ${acceptedOf}::text AS accepted
    FROM ledger_transfers t
    WHERE t.order_id = ANY (${[...orders]}::text[])
      AND ('refund_due' IN (t.debit, t.credit) OR 'difference' IN (t.debit, t.credit))
    GROUP BY t.order_id, t.asset`);
  const left = (of: 'due' | 'accepted') =>
    new Map(rows.map((row) => [leftKey(row.order_id, readWord(ASSETS)(row.asset)), BigInt(row[of])]));
  return { due: left('due'), accepted: left('accepted') };
};

/** Each under the next number of its break: what is posted, its event, and the break. */
const keep = async (
  transaction: Transaction,
  { id, header }: Statement,
  { effectiveAt, reason, by }: Reversal,
  taken: readonly TakenBack[],
): Promise<void> => {
  const last = await transaction.query<{ break_id: string; sequence: number }>(Prisma.sql`
    SELECT e.break_id, max(e.sequence)::int AS sequence FROM break_events e
    WHERE e.break_id = ANY (${taken.map((each) => each.id)}::text[]) GROUP BY e.break_id`);
  const lastOf = new Map(last.map((row) => [row.break_id, row.sequence]));
  const numbered = taken.map((each) => ({ ...each, sequence: 1 + (lastOf.get(each.id) ?? 0) }));
  const transfers = numbered.flatMap(({ id: source, sequence, posts }) =>
    posts.map((entry, index) => ({
      ...entry,
      source,
      sequence,
      leg: index + 1,
      effectiveAt,
      provider: header.provider,
    })),
  );
  if (transfers.length > 0) await transaction.execute(insertTransfers(transfers));
  const rows = numbered.map(({ id: breakId, sequence, isCleared, posts }) => ({
    id: breakId,
    sequence,
    is_cleared: isCleared,
    detail: { statement: id, ...(posts.length > 0 && { posted: posts.map(keptEntry) }) },
  }));
  await transaction.execute(Prisma.sql`
    WITH back AS (
      SELECT d.* FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS d(id text, sequence int, is_cleared boolean, detail jsonb)),
    noted AS (
      INSERT INTO break_events (break_id, sequence, act, key_id, operator_id, operator, note, detail)
      SELECT d.id, d.sequence, CASE WHEN d.is_cleared THEN 'cleared' ELSE 'changed' END, ${whoDid(by)}, ${reason}::text, d.detail
      FROM back d),
    cleared AS (
      UPDATE breaks b SET version = b.version + 1, status = 'cleared', waiting_until = NULL, proposal = NULL, resolution = NULL,
             resolved_by = NULL, approved_by = NULL, ended_at = now(),
             -- Of which order a purchase is, no statement says.
             linked_order_id = CASE WHEN b.statement_id IS NULL THEN b.linked_order_id END
      FROM back d WHERE b.id = d.id AND d.is_cleared)
    UPDATE breaks b SET version = b.version + 1 FROM back d WHERE b.id = d.id AND NOT d.is_cleared`);
};
