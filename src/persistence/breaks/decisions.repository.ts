import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import { Balances } from '../../domain/ledger/balances.js';
import { OpenClaims, type UnlinkedClaim } from '../../domain/ledger/open-claims.js';
import type { Entered } from '../../domain/ledger/rules.js';
import { ACCOUNT_NAMES } from '../../domain/ledger/accounts.js';
import { RULE_NAMES } from '../../domain/ledger/rules.js';
import { ASSET_OF, ASSETS, MASS } from '../../domain/ledger/units.js';
import { CURRENCIES } from '../../domain/money.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { BreakResolution } from '../../domain/reconciliation/break-types.js';
import type { Break } from '../../domain/reconciliation/break.js';
import type { Decidable } from '../../domain/reconciliation/decide.js';
import { WRITING_OFF_TYPES } from '../../domain/reconciliation/take-back.js';
import { recordAct } from '../audit/record-act.js';
import { Database, type Transaction } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { insertTransfers } from '../ledger/insert-transfers.js';
import { readUnlinkedClaims } from '../ledger/unlinked-claims.js';
import { lockBooksOf } from '../statements/statement-postings.js';
import { BREAK_COLUMNS, breakFromRow, type BreakRow } from './break-rows.js';
import { insertEvent, keptEntry, type BreakEventToKeep } from './break-moves.js';

export interface Decision {
  readonly resolution: BreakResolution;
  readonly note: string;
  /** The order that a person names; null where it names none. */
  readonly orderId: string | null;
  /** The operators; at the command line there is none that the gateway knows. */
  readonly resolvedBy: string | null;
  readonly approvedBy: string | null;
}

/** What deciding came to. */
export type Decided =
  | { readonly is: 'decided'; readonly decided: Break; readonly posted: readonly Entered[] }
  /** The break has moved, or one of the people may not decide any more. */
  | { readonly is: 'moved' }
  | { readonly is: 'refused' }
  | { readonly is: 'order_unknown' }
  /** A second person is asked; nothing was written. */
  | { readonly is: 'too_large'; readonly posted: readonly Entered[] };

/** Carries a decision on a break out: what it posts, the break and the record, or nothing of it. */
@Injectable()
export class BreakDecisionsRepository {
  constructor(private readonly database: Database) {}

  /**
   * `decide` says from the books, as they are then, what is posted; null: nothing can be. `isTooLarge`: it takes another
   * person. `record` is asked only for what is carried out.
   */
  async run(
    found: Break,
    decision: Decision,
    rules: {
      readonly decide: (about: Decidable) => readonly Entered[] | null;
      readonly isTooLarge: (posted: readonly Entered[]) => boolean;
    },
    by: Actor,
    record: ActRecord,
  ): Promise<Decided> {
    return this.database
      .transaction('READ COMMITTED', async (transaction): Promise<Decided> => {
        await transaction.execute(lockBooksOf(found.provider));
        if (decision.orderId !== null && !(await isOrderOf(transaction, found.provider, decision.orderId)))
          return { is: 'order_unknown' };
        const posted = rules.decide(await decidableOf(transaction, found, decision.orderId));
        if (posted === null) return { is: 'refused' };
        if (rules.isTooLarge(posted)) return { is: 'too_large', posted };
        const people = [
          ...(decision.resolvedBy === null ? [] : [Prisma.sql`may_act(${decision.resolvedBy}::text, 'finance:write')`]),
          ...(decision.approvedBy === null
            ? []
            : [Prisma.sql`may_act(${decision.approvedBy}::text, 'finance:approve')`]),
        ];
        const { sequence, at, tenantId, order } = await nextOf(transaction, found, decision);
        const transfers = posted.map((entry, index) => ({
          ...entry,
          source: found.id,
          sequence,
          leg: index + 1,
          effectiveAt: at,
          tenantId,
          provider: found.provider,
          orderId: order,
        }));
        if (transfers.length > 0) await transaction.execute(insertTransfers(transfers));
        if (decision.resolution === 'keep_left' && !(await keepLeft(transaction, found, posted))) throw new Moved();
        const detail = {
          ...(decision.orderId !== null && { order_id: decision.orderId }),
          posted: posted.map(keptEntry),
        };
        const event: BreakEventToKeep = {
          act: decision.approvedBy === null ? 'resolved' : 'approved',
          note: decision.note,
          resolution: decision.resolution,
          detail,
        };
        const [row] = await transaction.query<BreakRow>(Prisma.sql`
        WITH moved AS (
          UPDATE breaks b SET version = b.version + 1, status = 'resolved', resolution = ${decision.resolution}::text,
                 waiting_until = NULL, proposal = NULL, linked_order_id = ${decision.orderId}::text, ended_at = now(),
                 resolved_by = ${decision.resolvedBy}::text, approved_by = ${decision.approvedBy}::text
          WHERE b.id = ${found.id}::text AND b.version = ${found.version}::int AND b.status IN ('open', 'waiting')
            AND ${Prisma.join([Prisma.sql`true`, ...people], ' AND ')}
          RETURNING *),
        noted AS (${insertEvent(event, by)})
        SELECT ${BREAK_COLUMNS}, ${recordAct(record)} AS recorded FROM moved b`);
        if (!row) throw new Moved();
        return { is: 'decided', decided: breakFromRow(row), posted } as const;
      })
      .catch((thrown: unknown) => {
        if (thrown instanceof Moved) return { is: 'moved' } as const;
        throw thrown;
      });
  }

  /** What is in the books of it, for those who want to see what a decision would post. */
  read(found: Break): Promise<Decidable> {
    return this.database.transaction('READ COMMITTED', (transaction) => decidableOf(transaction, found, null));
  }
}

/** Takes back what was written already. */
class Moved extends Error {
  override readonly name = 'Moved';
}

interface EntryRow {
  readonly rule: string;
  readonly debit: string;
  readonly credit: string;
  readonly asset: string;
  readonly units: string;
}

const balancesOf = async (transaction: Transaction, which: Prisma.Sql): Promise<Balances> => {
  const rows = await transaction.query<EntryRow>(Prisma.sql`
    SELECT t.rule, t.debit, t.credit, t.asset, sum(t.units)::text AS units FROM ledger_transfers t WHERE ${which}
    GROUP BY t.rule, t.debit, t.credit, t.asset`);
  return Balances.of(
    rows.map((row) => ({
      rule: readWord(RULE_NAMES)(row.rule),
      debit: readWord(ACCOUNT_NAMES)(row.debit),
      credit: readWord(ACCOUNT_NAMES)(row.credit),
      asset: readWord(ASSETS)(row.asset),
      units: BigInt(row.units),
    })),
  );
};

/** A line has the numbers of its postings above and below zero; the lines of a purchase are those that name it and no order. */
const decidableOf = async (transaction: Transaction, found: Break, named: string | null): Promise<Decidable> => ({
  type: found.type,
  ofOrder:
    found.orderId === null
      ? Balances.of([])
      : await balancesOf(
          transaction,
          Prisma.sql`t.order_id IN (
            SELECT ${found.orderId}::text
            UNION ALL
            SELECT m.order_id FROM pools p JOIN pool_members m ON m.pool_id = p.id WHERE p.order_id = ${found.orderId}::text)`,
        ),
  ofLines:
    found.orderId === null
      ? await balancesOf(
          transaction,
          found.statementId === null
            ? Prisma.sql`t.order_id IS NULL AND (t.source = ${found.id}::text OR EXISTS (
                SELECT FROM statement_lines l WHERE l.provider_order_id = ${found.subject}::text
                  AND l.statement_id = t.source AND l.line = abs(t.source_seq)) AND t.provider = ${found.provider}::text)`
            : Prisma.sql`t.source = ${found.id}::text
                OR t.source = ${found.statementId}::text AND abs(t.source_seq) = ${found.line}::int`,
        )
      : Balances.of([]),
  unlinkedClaims: await unlinkedClaims(transaction, found),
  payment: found.type === 'payment_unmatched' ? await paymentOf(transaction, found, named) : null,
});

const unlinkedClaims = async (
  transaction: Transaction,
  { type, provider, subject, orderId }: Break,
): Promise<readonly UnlinkedClaim[]> => {
  if (orderId !== null || (type !== 'charge_unknown' && !WRITING_OFF_TYPES.includes(type))) return [];
  const left = OpenClaims.of(await readUnlinkedClaims(transaction, provider)).left();
  return type === 'charge_unknown' ? left : left.filter((claim) => claim.subject === subject);
};

/** As long as nobody has named an order, it is taken for that of a payer: on account it stays where it is. */
const paymentOf = async (
  transaction: Transaction,
  { statementId, line }: Break,
  named: string | null,
): Promise<Decidable['payment']> => {
  const [row] = await transaction.query<{ currency: string; units: string; is_of_payer: boolean }>(Prisma.sql`
    SELECT s.currency, (l.net_units + l.tax_units)::text AS units,
           COALESCE((SELECT o.payment_method = 'checkout' FROM orders o WHERE o.id = ${named}::text), true) AS is_of_payer
    FROM statement_lines l JOIN statements s ON s.id = l.statement_id
    WHERE l.statement_id = ${statementId}::text AND l.line = ${line}::int`);
  if (!row) return null;
  return { asset: ASSET_OF[readWord(CURRENCIES)(row.currency)], units: BigInt(row.units), isOfPayer: row.is_of_payer };
};

/** What the house keeps, nobody is given any more. @returns false if somebody was, of what the books do not have yet. */
const keepLeft = async (transaction: Transaction, { subject }: Break, posted: readonly Entered[]): Promise<boolean> => {
  const kept = posted.find(({ asset }) => asset === MASS)?.units ?? 0n;
  const changed = await transaction.execute(Prisma.sql`
    UPDATE pools SET left_grams = 0, left_units = 0, left_tax_units = 0, version = version + 1
    WHERE id = ${subject}::text AND left_grams = ${kept.toString()}::bigint`);
  return changed === 1;
};

const isOrderOf = async (transaction: Transaction, provider: string, orderId: string): Promise<boolean> => {
  const rows = await transaction.query(Prisma.sql`
    SELECT FROM orders o
    WHERE o.id = ${orderId}::text AND o.provider = ${provider}::text AND o.pool_role IS DISTINCT FROM 'member'`);
  return rows.length === 1;
};

const nextOf = async (
  transaction: Transaction,
  { id, orderId: own, tenantId }: Break,
  { orderId }: Decision,
): Promise<{ sequence: number; at: Date; tenantId: string | null; order: string | null }> => {
  const [row] = await transaction.query<{ sequence: number; at: Date; tenant_id: string | null }>(Prisma.sql`
    SELECT 1 + COALESCE(max(e.sequence), 0)::int AS sequence, now() AS at,
           (SELECT o.tenant_id FROM orders o WHERE o.id = ${orderId}::text) AS tenant_id
    FROM break_events e WHERE e.break_id = ${id}::text`);
  if (!row) throw new Error('an aggregate has one row');
  return { sequence: row.sequence, at: row.at, tenantId: row.tenant_id ?? tenantId, order: orderId ?? own };
};
