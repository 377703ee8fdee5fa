import { setImmediate } from 'node:timers/promises';
import { ACCOUNT_NAMES } from '../../domain/ledger/accounts.js';
import { namesOf, OpenClaims } from '../../domain/ledger/open-claims.js';
import { postLines, reverseLine, type LeftForCredit, type PostedLine } from '../../domain/ledger/post-line.js';
import { RULE_NAMES, type Entered } from '../../domain/ledger/rules.js';
import type { Transfer } from '../../domain/ledger/transfer.js';
import { ASSET_OF, ASSETS } from '../../domain/ledger/units.js';
import { PAYMENT_METHODS } from '../../domain/providers/capabilities.js';
import { LINE_KINDS, type Statement } from '../../domain/statements/statement.js';
import type { Transaction } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { readUnlinkedClaims } from '../ledger/unlinked-claims.js';
import { insertTransfers } from '../ledger/insert-transfers.js';
import { acceptedOf, balanceOf } from '../ledger/transfer-rows.js';

/** Numbers of lines of one statement of the database. */
const LINES = 2_000;

interface OpenLineRow {
  readonly line: number;
  readonly kind: string;
  readonly net_units: string;
  readonly tax_units: string;
  readonly order_id: string | null;
  readonly tenant_id: string | null;
  readonly payment_method: string | null;
  readonly refund_due: string;
  readonly accepted: string;
  readonly provider_order_id: string | null;
  readonly reference: string | null;
}

type OpenLine = PostedLine & {
  readonly line: number;
  readonly order: { readonly id: string; readonly tenantId: string | null } | null;
};

/** Transfers of one kind, together. */
export interface Posting extends Entered {
  readonly transfers: number;
}

/** Until the transaction ends, nobody else changes what is posted for statements of a provider. */
export const lockBooksOf = (provider: string): Prisma.Sql =>
  Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended('statement_lines of ' || ${provider}::text, 0))`;

/** Posts every line of a statement, page by page. One is written while the next is worked out. */
export const postStatement = async (
  transaction: Transaction,
  statement: Statement,
  effectiveAt: Date,
): Promise<void> => {
  const claims = OpenClaims.of(await readUnlinkedClaims(transaction, statement.header.provider));
  const left = new Map<string, LeftForCredit>();
  const insertOf = async (lines: readonly OpenLine[]): Promise<Prisma.Sql> => {
    // What is being sent leaves first: the socket takes no more of it while this process is busy.
    await setImmediate();
    const transfers = postLines(lines, claims, left).flatMap((entries, index) => {
      const { line, order } = lines[index] as OpenLine;
      const about = {
        tenantId: order?.tenantId ?? null,
        orderId: order?.id ?? null,
        provider: statement.header.provider,
      };
      return numbered(entries, { source: statement.id, sequence: line, effectiveAt, ...about });
    });
    return insertTransfers(transfers);
  };
  let insert: Prisma.Sql | null = null;
  for await (const lines of openLines(transaction, statement))
    [insert] = await Promise.all([insertOf(lines), insert && transaction.execute(insert)]);
  if (insert) await transaction.execute(insert);
};

/** What `postStatement` would post now, in sum. */
export const sumOpenLines = async (database: Pick<Transaction, 'query'>, statement: Statement): Promise<Posting[]> => {
  const sums = new Map<string, Posting>();
  const left = new Map<string, LeftForCredit>();
  const claims = OpenClaims.of(await readUnlinkedClaims(database, statement.header.provider));
  for await (const lines of openLines(database, statement))
    for (const entry of postLines(lines, claims, left).flat()) {
      const { rule, debit, credit, asset } = entry;
      const name = [rule, debit, credit].join();
      const { transfers, units } = sums.get(name) ?? { transfers: 0, units: 0n };
      sums.set(name, { rule, debit, credit, asset, transfers: transfers + 1, units: units + entry.units });
    }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
};

/** What a statement has posted, in sum; of a reversed one the opposite, too. */
export const sumPosted = async (database: Pick<Transaction, 'query'>, id: string): Promise<Posting[]> => {
  const rows = await database.query<EntryRow & { readonly transfers: number }>(Prisma.sql`
    SELECT t.rule, t.debit, t.credit, t.asset, sum(t.units)::text AS units, count(*)::int AS transfers
    FROM ledger_transfers t WHERE t.source = ${id}::text
    GROUP BY t.source_seq < 0, t.rule, t.debit, t.credit, t.asset
    ORDER BY t.source_seq < 0, t.rule, t.debit, t.credit`);
  return rows.map((row) => ({ ...entryFrom(row), transfers: row.transfers }));
};

/** The lines of a statement, as they would be posted, page by page. */
async function* openLines(
  database: Pick<Transaction, 'query'>,
  { id, header }: Statement,
): AsyncGenerator<readonly OpenLine[]> {
  const asset = ASSET_OF[header.currency];
  for await (const before of pagesOfLines(database, id)) {
    const rows = await database.query<OpenLineRow>(Prisma.sql`
      SELECT l.line, l.kind, l.net_units::text, l.tax_units::text, l.order_id, o.tenant_id, o.payment_method,
             l.provider_order_id, l.reference,
             COALESCE(x.refund_due, 0)::text AS refund_due, COALESCE(x.accepted, 0)::text AS accepted
      FROM statement_lines l LEFT JOIN orders o ON o.id = l.order_id
      LEFT JOIN LATERAL (
        SELECT ${balanceOf('refund_due')} AS refund_due, ${acceptedOf} AS accepted FROM ledger_transfers t
        WHERE l.kind = 'credit' AND t.order_id = l.order_id AND t.asset = ${asset}::text
          AND ('refund_due' IN (t.debit, t.credit) OR 'difference' IN (t.debit, t.credit))) x ON true
      WHERE l.statement_id = ${id}::text AND l.line > ${before}::int AND l.line <= ${before + LINES}::int
      ORDER BY l.line`);
    if (rows.length > 0) yield rows.map((row) => ({ ...lineFrom(row), asset }));
  }
}

/**
 * What each page of the lines of a statement begins behind. Pages are told by numbers: of a table that has just grown
 * PostgreSQL knows too little to see that LIMIT ends a scan soon, and would read and join the rest of it for every page.
 */
async function* pagesOfLines(database: Pick<Transaction, 'query'>, id: string): AsyncGenerator<number> {
  const [of] = await database.query<{ last: number }>(Prisma.sql`
    SELECT COALESCE(max(l.line), 0) AS last FROM statement_lines l WHERE l.statement_id = ${id}::text`);
  for (let before = 0; before < (of?.last ?? 0); before += LINES) yield before;
}

const lineFrom = (row: OpenLineRow): Omit<OpenLine, 'asset'> => ({
  line: row.line,
  kind: readWord(LINE_KINDS)(row.kind),
  netUnits: BigInt(row.net_units),
  taxUnits: BigInt(row.tax_units),
  order:
    row.order_id === null
      ? null
      : {
          id: row.order_id,
          tenantId: row.tenant_id,
          paymentMethod: readWord(PAYMENT_METHODS)(row.payment_method),
          refundDue: BigInt(row.refund_due),
          accepted: BigInt(row.accepted),
        },
  names: row.order_id === null ? namesOf([row.provider_order_id], row.reference) : [],
});

type EntryRow = Readonly<Record<'rule' | 'debit' | 'credit' | 'asset' | 'units', string>>;

interface PostedRow {
  readonly source_seq: number;
  readonly entries: readonly (EntryRow & {
    readonly tenant_id: string | null;
    readonly order_id: string | null;
  })[];
}

/** Posts the opposite of what a statement has posted, line by line. It has the number of the line below zero. */
export const postOpposite = async (
  transaction: Transaction,
  { id, header }: Statement,
  effectiveAt: Date,
): Promise<void> => {
  for await (const before of pagesOfLines(transaction, id)) {
    const rows = await transaction.query<PostedRow>(Prisma.sql`
      SELECT t.source_seq, jsonb_agg(to_jsonb(t) || jsonb_build_object('units', t.units::text) ORDER BY t.leg) AS entries
      FROM ledger_transfers t
      WHERE t.source = ${id}::text AND t.source_seq > ${before}::int AND t.source_seq <= ${before + LINES}::int
      GROUP BY t.source_seq ORDER BY t.source_seq`);
    const transfers = rows.flatMap(({ source_seq: line, entries }) => {
      const [first] = entries;
      const about = {
        tenantId: first?.tenant_id ?? null,
        orderId: first?.order_id ?? null,
        provider: header.provider,
      };
      return numbered(reverseLine(entries.map(entryFrom)), { source: id, sequence: -line, effectiveAt, ...about });
    });
    if (transfers.length > 0) await transaction.execute(insertTransfers(transfers));
  }
};

const entryFrom = (row: EntryRow): Entered => ({
  rule: readWord(RULE_NAMES)(row.rule),
  debit: readWord(ACCOUNT_NAMES)(row.debit),
  credit: readWord(ACCOUNT_NAMES)(row.credit),
  asset: readWord(ASSETS)(row.asset),
  units: BigInt(row.units),
});

const numbered = (entries: readonly Entered[], about: Omit<Transfer, keyof Entered | 'leg'>): readonly Transfer[] =>
  entries.map((entry, index) => ({ ...entry, ...about, leg: index + 1 }));
