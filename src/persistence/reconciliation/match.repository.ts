import { Injectable } from '@nestjs/common';
import type { AggregateLine, AggregateOrder, LinePart } from '../../domain/reconciliation/aggregate.js';
import { CURRENCIES } from '../../domain/money.js';
import { ORDER_STATUSES } from '../../domain/orders/lifecycle.js';
import { PAYMENT_METHODS } from '../../domain/providers/capabilities.js';
import type { BookedOrder } from '../../domain/ledger/check-books.js';
import type { UnlinkedClaim } from '../../domain/ledger/open-claims.js';
import type { Finding } from '../../domain/reconciliation/finding.js';
import type { LeftOfPool } from '../../domain/reconciliation/left-of-pool.js';
import type { OrderLeg, ProviderLeg, StatementLeg } from '../../domain/reconciliation/legs.js';
import type { PaidAccount, PaidOrder } from '../../domain/reconciliation/payments.js';
import { NEW_BOOKS_MS, type Run, type RunLegs } from '../../domain/reconciliation/run.js';
import { LINE_KINDS } from '../../domain/statements/statement.js';
import { Database, type Transaction } from '../database/database.js';
import {
  readFlag,
  readList,
  readNumberOrNull,
  readObject,
  readText,
  readTextOrNull,
  readWord,
  readWordOrNull,
} from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { bookedOrders } from '../ledger/booked-orders.js';
import { balanceOf } from '../ledger/transfer-rows.js';
import { readUnlinkedClaims } from '../ledger/unlinked-claims.js';
import { readAggregates, readAllocated } from './aggregates.js';
import { legsOf, type LegTerms } from './legs.js';
import { readPaidAccounts, readPaidOrders, sumPaidVersions } from './payments.js';
import { readPools } from './pools.js';
import { isOfRun, LARGE_WORK_MEM, scopeOf } from './scope.js';

export type { LegTerms };

/** All that there is about one order, or about one purchase or line without an order. */
export interface MatchRow {
  readonly o: OrderLeg | null;
  readonly p: readonly ProviderLeg[];
  readonly s: readonly StatementLeg[];
}

/** Sums that change with whatever a run compares, and are quick to have: of all orders of its list, however old. */
export interface MatchSums {
  readonly statements: readonly string[];
  readonly orders: number;
  readonly orderVersions: string;
  readonly breakVersions: string;
  /** Of pools, members have it. */
  readonly provenGrams: string;
  readonly clearing: string;
  /** Changes with every transfer of the orders whose books are compared. */
  readonly books: string;
}

export interface Matching {
  /** Lines for all orders of a project that are not allocated yet, with the orders that they can be for. */
  readonly aggregates: () => Promise<
    readonly { readonly line: AggregateLine; readonly orders: readonly AggregateOrder[] }[]
  >;
  /** What is found of those that were. */
  readonly allocated: () => Promise<readonly Finding[]>;
  /** Of which something is left. */
  readonly pools: () => Promise<readonly LeftOfPool[]>;
  /** Lines and purchases of no order are of the account of the gateway. */
  readonly unlinkedClaims: () => Promise<readonly UnlinkedClaim[]>;
  readonly payments: () => Promise<readonly [readonly PaidOrder[], readonly PaidAccount[]]>;
  /** Orders whose books are compared, with what is in them, by id. */
  readonly books: () => AsyncGenerator<readonly BookedOrder[]>;
  /** In the order of what they are about, without those on which all agrees. */
  readonly rows: (allocated: readonly LinePart[]) => AsyncGenerator<readonly MatchRow[]>;
  /** Once they are read. */
  readonly legs: () => RunLegs;
  readonly agreed: () => number;
}

/** Rows that are held at a time. */
const ROWS = 2_000;

/** Orders whose books are held at a time. */
const BOOKS = 200;

/** Whether the books of an order `o` are compared: as they are new, or are known to be wrong. */
const hasBooksToCompare = (run: Run): Prisma.Sql => Prisma.sql`${isOfRun(run)} AND
  (o.updated_at >= ${new Date(run.cutOffAt.getTime() - NEW_BOOKS_MS)}::timestamptz OR EXISTS (
    SELECT FROM breaks b WHERE b.order_id = o.id AND b.type = 'ledger_disagrees' AND b.status IN ('open', 'waiting')))`;

/** Reads everything that a run compares, as it is at one moment. Writes nothing. */
@Injectable()
export class MatchRepository {
  constructor(private readonly database: Database) {}

  /** `use` gets the sums first: where they are those of an earlier run, nothing has to be read. */
  async read<T>(run: Run, about: LegTerms, use: (sums: MatchSums, matching: Matching) => Promise<T>): Promise<T> {
    return this.database.transaction('REPEATABLE READ', async (transaction) => {
      await transaction.execute(LARGE_WORK_MEM);
      return use(await sumsOf(transaction, run, about), matchingOf(transaction, run, about));
    });
  }
}

/** The statements of a provider that count, and what people have decided. */
export const decidedOf = (provider: string): Prisma.Sql => Prisma.sql`
  (SELECT array_agg(s.id ORDER BY s.id) FROM statements s WHERE s.provider = ${provider}::text AND s.status = 'accepted') AS statements,
  (SELECT COALESCE(sum(b.version), 0)::text FROM breaks b WHERE b.provider = ${provider}::text) AS break_versions`;

const sumsOf = async (transaction: Transaction, run: Run, { timeZone }: LegTerms): Promise<MatchSums> => {
  const [row] = await transaction.query<{
    statements: string[] | null;
    orders: number;
    order_versions: string;
    break_versions: string;
    proven: string;
    clearing: string;
    books: string;
  }>(Prisma.sql`
    SELECT ${decidedOf(run.provider)}, v.orders, (v.sum + ${sumPaidVersions(run, timeZone)})::text AS order_versions,
           b.proven, b.clearing, h.books
    FROM (SELECT count(*)::int AS orders, COALESCE(sum(o.version), 0) AS sum FROM orders o WHERE ${isOfRun(run)}) v, (
      SELECT ${balanceOf('proven')}::text AS proven, ${balanceOf('clearing')}::text AS clearing
      FROM ledger_transfers t WHERE t.provider = ${run.provider}::text) b, (
      SELECT COALESCE(sum(hash_record_extended(t, 0)), 0)::text AS books
      FROM orders o JOIN ledger_transfers t ON t.order_id = o.id WHERE ${hasBooksToCompare(run)}) h`);
  if (!row) throw new Error('sums have one row');
  return {
    statements: row.statements ?? [],
    orders: row.orders,
    orderVersions: row.order_versions,
    breakVersions: row.break_versions,
    provenGrams: row.proven,
    clearing: row.clearing,
    books: row.books,
  };
};

interface LegsRow {
  readonly key: string | null;
  readonly o: unknown;
  readonly p: unknown;
  readonly s: unknown;
}

const matchingOf = (transaction: Transaction, run: Run, about: LegTerms): Matching => {
  let [legs, agreed]: [RunLegs | null, number] = [null, 0];
  const told = <T>(value: T | null): T => {
    if (value === null) throw new Error('the rows are not read yet');
    return value;
  };
  return {
    aggregates: () => readAggregates(transaction, run, about),
    allocated: () => readAllocated(transaction, run),
    pools: () => readPools(transaction, run),
    unlinkedClaims: async () => (run.account === null ? readUnlinkedClaims(transaction, run.provider) : []),
    payments: async () => [
      await readPaidOrders(transaction, run, about),
      await readPaidAccounts(transaction, run, about),
    ],
    async *books() {
      const compared = Prisma.sql`SELECT o.id FROM orders o WHERE ${hasBooksToCompare(run)} ORDER BY o.id`;
      // What is read next is under way while what was read is judged.
      let reading: Promise<readonly BookedOrder[]> | null = null;
      for await (const page of transaction.pages<{ id: string }>(compared))
        for (let from = 0; from < page.length; from += BOOKS) {
          const ids = page.slice(from, from + BOOKS).map(({ id }) => id);
          const read = reading && (await reading);
          reading = bookedOrders(transaction, Prisma.sql`o.id = ANY (${ids}::text[])`);
          // Nobody waits for it, should the caller stop here.
          reading.catch(() => undefined);
          if (read) yield read;
        }
      if (reading) yield await reading;
    },
    async *rows(allocated) {
      await transaction.execute(Prisma.sql`
        DECLARE legs NO SCROLL CURSOR FOR
        WITH ${scopeOf(run, about.snapshot.id, allocated)}, ${legsOf(run, about)}
        SELECT NULL AS key, jsonb_build_object(
                 'agreed', (SELECT count(*) FROM joined j WHERE j.agrees),
                 'orders', (SELECT count(*) FROM staged), 'grams', (SELECT COALESCE(sum(x.grams), 0)::text FROM staged x),
                 'rows', (SELECT count(*) FROM purchases),
                 'lines', (SELECT count(*) FROM (SELECT FROM lines l GROUP BY l.statement_id, l.line) x),
                 'ids', (SELECT COALESCE(jsonb_agg(DISTINCT l.statement_id), '[]') FROM lines l)) AS o, NULL::jsonb AS p, NULL::jsonb AS s
        UNION ALL
        SELECT t.key, t.o, t.p, t.s FROM told t
        ORDER BY key NULLS FIRST`);
      for (;;) {
        const rows = await transaction.query<LegsRow>(Prisma.sql`FETCH ${Prisma.raw(String(ROWS))} FROM legs`);
        for (const { key, o } of rows)
          if (key === null) {
            const sums = readSums(o);
            agreed = sums.agreed;
            legs = legsFrom(sums, about);
          }
        const found = rows.filter(({ key }) => key !== null).map(matchFrom);
        if (found.length > 0) yield found;
        if (rows.length < ROWS) return;
      }
    },
    legs: () => told(legs),
    agreed: () => agreed,
  };
};

const count = (value: unknown): number => readNumberOrNull(value) ?? 0;

const readSums = readObject({
  agreed: count,
  orders: count,
  grams: readText,
  rows: count,
  lines: count,
  ids: readList(readText),
});

const legsFrom = (sums: ReturnType<typeof readSums>, { snapshot }: LegTerms): RunLegs => ({
  orders: { count: sums.orders, grams: sums.grams },
  provider: { coverage: snapshot.coverage, rows: sums.rows, unread: snapshot.unread },
  statements: { ids: sums.ids, lines: sums.lines },
});

const units = (value: unknown): bigint => BigInt(readText(value) || '0');
const unitsOrNull = (value: unknown): bigint | null => (typeof value === 'string' ? BigInt(value) : null);

const readOrder = readObject({
  id: readText,
  provider_order_id: readTextOrNull,
  status: readWord(ORDER_STATUSES),
  payment_method: readWord(PAYMENT_METHODS),
  grams: units,
  gross: unitsOrNull,
  net: unitsOrNull,
  currency: readWordOrNull(CURRENCIES),
  is_settled: readFlag,
  is_proven: readFlag,
  retired_days: readNumberOrNull,
  refund_due: unitsOrNull,
  refund_days: readNumberOrNull,
  accepted: units,
  state: readText,
});

const orderFrom = (value: unknown): OrderLeg => {
  const o = readOrder(value);
  const isPriced = o.net !== null && o.gross !== null && o.currency !== null;
  return {
    id: o.id,
    providerOrderId: o.provider_order_id,
    status: o.status,
    payer: o.payment_method,
    grams: o.grams,
    price: isPriced
      ? { netUnits: o.net ?? 0n, taxUnits: (o.gross ?? 0n) - (o.net ?? 0n), currency: o.currency ?? 'USD' }
      : null,
    isSettled: o.is_settled,
    isProven: o.is_proven,
    retiredDays: o.state === 'retired' ? o.retired_days : null,
    refundDue: o.refund_due === null ? null : { units: o.refund_due, days: o.refund_days ?? 0 },
    accepted: o.accepted,
  };
};

const readPurchases = readList(
  readObject({
    providerOrderId: readText,
    reference: readTextOrNull,
    state: readWord(['open', 'retired', 'undone'] as const),
    grams: unitsOrNull,
    grossUnits: unitsOrNull,
    currency: readTextOrNull,
  }),
);

const readLines = readList(
  readObject({
    statementId: readText,
    line: count,
    kind: readWord(LINE_KINDS),
    providerOrderId: readTextOrNull,
    reference: readTextOrNull,
    grams: unitsOrNull,
    netUnits: units,
    taxUnits: units,
    currency: readWord(CURRENCIES),
    isMet: readFlag,
  }),
);

const matchFrom = ({ o, p, s }: LegsRow): MatchRow => ({
  o: o === null ? null : orderFrom(o),
  p: readPurchases(p),
  s: readLines(s),
});
