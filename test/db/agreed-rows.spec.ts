import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { ORDER_STATUSES } from '../../src/domain/orders/lifecycle.js';
import { judge } from '../../src/domain/reconciliation/judge.js';
import type { Legs, OrderLeg, ProviderLeg, StatementLeg, Terms } from '../../src/domain/reconciliation/legs.js';
import type { Run } from '../../src/domain/reconciliation/run.js';
import { Database } from '../../src/persistence/database/database.js';
import { MatchRepository, type MatchRow } from '../../src/persistence/reconciliation/match.repository.js';
import type { Snapshot } from '../../src/persistence/reconciliation/snapshots.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const BATCHES = Number(process.env['AGREED_BATCHES'] ?? 4);
const CASES = 300;

const CUT_OFF = new Date('2026-11-20T12:00:00Z');
const SETTLE_MS = 600_000;
const SNAPSHOT: Snapshot = {
  id: 'snp_1',
  coverage: 'complete',
  createdFrom: new Date('2026-10-01T00:00:00Z'),
  cursor: null,
  total: null,
  unread: 0,
  restarts: 0,
  failures: 0,
  isComplete: true,
};
const RUN = { provider: 'p', account: null, periodId: '2026-11', cutOffAt: CUT_OFF, dryRun: true } as Run;

/** Mostly the first: of legs that differ everywhere, none agree. */
const mostly = <T>(usual: T, ...others: readonly [T, ...T[]]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 14, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const GRAMS = mostly(1_000_000n, 1n, 999_999n);
const NET = mostly(10_000_000n, 0n, 9_990_000n, 10_004_000n, 10_020_000n, 20_000_000n);
const TAX = mostly(2_000_000n, 0n, 1_999_999n, 2_010_000n, 2_020_000n);
const GROSS = mostly<bigint | null>(12_000_000n, null, 12_010_000n, 12_020_000n);
const CURRENCY = mostly<'USD' | 'GBP'>('USD', 'GBP');

const anyOrder = fc.record({
  providerOrderId: mostly<string | null>('cn_1', null),
  status: mostly<OrderLeg['status']>(
    'completed',
    ...(ORDER_STATUSES as readonly OrderLeg['status'][] as [OrderLeg['status']]),
  ),
  payer: mostly<OrderLeg['payer']>('account', 'checkout'),
  grams: GRAMS,
  price: fc.oneof(
    { weight: 14, arbitrary: fc.record({ netUnits: NET, taxUnits: TAX, currency: CURRENCY }) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  isSettled: mostly(true, false),
  isProven: mostly(true, false),
  retiredDays: mostly(5, 0, 10, 11, 14, 15, 40),
  accepted: mostly(0n, 5_000n, -20_000n),
  refundDue: mostly<OrderLeg['refundDue']>(null, { units: 10_000n, days: 60 }, { units: 10_000_000n, days: 61 }),
});
/** Each is linked: by the provider's id or by our reference. */
const anyRecord = fc.record({
  providerOrderId: mostly('cn_1', 'cn_2'),
  reference: mostly<string | null>('own', 'own', 'other', 'PO-7', null),
  state: mostly<ProviderLeg['state']>('retired', 'open', 'undone'),
  grams: mostly<bigint | null>(1_000_000n, null, 1n),
  grossUnits: GROSS,
  currency: mostly<string | null>('USD', null, 'GBP', 'USDC'),
});
const anyLine = fc.record({
  kind: mostly<StatementLeg['kind']>('charge', 'credit', 'fee'),
  providerOrderId: mostly<string | null>('cn_1', null, 'cn_2'),
  reference: mostly<string | null>('own', 'other', 'PO-7', null),
  grams: mostly<bigint | null>(1_000_000n, null, 1n),
  netUnits: NET,
  taxUnits: TAX,
  currency: CURRENCY,
});
const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  fc.oneof(
    { weight: 14, arbitrary: fc.tuple(of) },
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(of, of) },
  );
const anyCase = fc.record({ o: anyOrder, p: some(anyRecord), s: some(anyLine) });
type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

const id = (n: number, of = 'own'): string => `ord_${String(n).padStart(25, '0')}${of === 'own' ? '0' : '1'}`;

/** With names of its own; what has no name of the order is not of it. */
const legsOf = ({ o, p, s }: Case, n: number): Omit<Legs, 'terms'> => {
  const named = <T extends { readonly reference: string | null; readonly providerOrderId: string | null }>(
    leg: T,
  ): T => ({
    ...leg,
    providerOrderId: leg.providerOrderId && `${leg.providerOrderId}-${n}`,
    reference: leg.reference === 'own' || leg.reference === 'other' ? id(n, leg.reference) : leg.reference,
  });
  const order: OrderLeg = {
    ...o,
    id: id(n),
    providerOrderId: o.providerOrderId && `${o.providerOrderId}-${n}`,
    retiredDays: o.status === 'retired' || o.status === 'completed' ? o.retiredDays : null,
  };
  const records = p
    .filter((each, index) => p.findIndex(({ providerOrderId }) => providerOrderId === each.providerOrderId) === index)
    .map(named)
    .filter((each) => each.providerOrderId === order.providerOrderId || each.reference === order.id)
    .toSorted((a, b) => (a.providerOrderId < b.providerOrderId ? -1 : 1));
  return {
    o: order,
    p: records,
    s: s.map((line, index) => ({ ...named(line), statementId: 'stm_1', line: 10 * n + index + 2, isMet: false })),
  };
};

let database: TestDatabase;
let owner: pg.Client;
let gateway: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query('SET session_replication_role = replica');
  gateway = new Database({ url: database.applicationUrl, maxConnections: 2 });
});
afterAll(async () => {
  await owner.query('DELETE FROM orders');
  await owner.end();
  await gateway.onApplicationShutdown();
  await database.drop();
});

/** Past the guards: nothing but what a run compares. */
const write = async (all: readonly Omit<Legs, 'terms'>[]): Promise<void> => {
  const [orders, records, lines] = [
    all.map(({ o }) => o as OrderLeg),
    all.flatMap(({ p }) => p),
    all.flatMap(({ o, s }) => s.map((line) => ({ ...line, orderId: o?.id }))),
  ];
  const json = (rows: readonly object[]): string =>
    JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  await owner.query(`
    DELETE FROM orders; DELETE FROM order_events; DELETE FROM ledger_transfers; DELETE FROM provider_snapshots;
    DELETE FROM provider_records; DELETE FROM statements; DELETE FROM statement_lines; DELETE FROM periods;
    INSERT INTO periods (id, starts_at, ends_at) VALUES ('2026-11', '2026-11-01', '2026-12-01');
    INSERT INTO provider_snapshots (id, provider, coverage, created_from) VALUES ('snp_1', 'p', 'complete', '2026-10-01');
    INSERT INTO statements (id, provider, document, number, issued_on, currency, mapping, file_sha256, declared_lines, declared_net,
                            declared_tax, status, errors, kinds, operator, started_at)
    VALUES ('stm_1', 'p', 'invoice', '1', '2026-11-15', 'USD', 'm', '1', 0, 0, 0, 'accepted', '[]', '[]', 'Ann', now()),
           ('stm_2', 'p', 'invoice', '2', '2026-11-15', 'GBP', 'm', '2', 0, 0, 0, 'accepted', '[]', '[]', 'Ann', now())`);
  await owner.query(
    `INSERT INTO orders (id, tenant_id, status, provider, provider_offering_id, offering_name, payment_method, requested_grams,
                         ordered_grams, beneficiary_name, routing, version, provider_order_id, price_amount, price_tax_amount,
                         price_currency, price_source, created_at, placed_at, retired_at)
     SELECT o.id, 'ten_1', o.status, 'p', 'o', 'O', o.payer, o.grams, o.grams, 'Jane', '{}', 1, o."providerOrderId",
            ((o.price ->> 'netUnits')::numeric + (o.price ->> 'taxUnits')::numeric) / 1000000, (o.price ->> 'taxUnits')::numeric / 1000000,
            o.price ->> 'currency', CASE WHEN o.price IS NOT NULL THEN 'charged' END, '2026-11-02',
            CASE WHEN o."isSettled" THEN '2026-11-02' ELSE $2::timestamptz - interval '1 minute' END,
            $2::timestamptz - make_interval(days => COALESCE(o."retiredDays", 0), hours => 1)
     FROM jsonb_to_recordset($1) AS o(id text, status text, payer text, grams bigint, "providerOrderId" text, price jsonb,
                                      "isSettled" boolean, "retiredDays" int)`,
    [json(orders.map(({ price, ...order }) => ({ ...order, ...(price && { price }) }))), CUT_OFF],
  );
  await owner.query(
    `INSERT INTO order_events (id, order_id, tenant_id, sequence, type, to_status, source, occurred_at)
     SELECT 'evt_' || o.id, o.id, 'ten_1', 1, 'order.x', o.status, 'response', '2026-11-03' FROM orders o`,
  );
  await owner.query(
    `INSERT INTO ledger_transfers (source, source_seq, leg, rule, period_id, effective_at, provider, order_id, asset, debit, credit, units)
     SELECT o.id, 1, 1, 'prove', '2026-11', now(), 'p', o.id, 'CO2E/0', 'proven', 'retired', o.grams
     FROM jsonb_to_recordset($1) AS o(id text, grams bigint, "isProven" boolean) WHERE o."isProven"
     UNION ALL
     SELECT o.id, 2, 1, 'claim_refund', '2026-11', $2::timestamptz - make_interval(days => (o."refundDue" ->> 'days')::int, hours => 1),
            'p', o.id, 'USD/6', 'refund_due', 'clearing', (o."refundDue" ->> 'units')::numeric
     FROM jsonb_to_recordset($1) AS o(id text, "refundDue" jsonb) WHERE o."refundDue" ->> 'units' IS NOT NULL
     UNION ALL
     SELECT o.id, 3, 1, 'accept_difference', '2026-11', now(), 'p', o.id, 'USD/6', CASE WHEN o.accepted > 0 THEN 'difference' ELSE 'clearing' END,
            CASE WHEN o.accepted > 0 THEN 'clearing' ELSE 'difference' END, abs(o.accepted)
     FROM jsonb_to_recordset($1) AS o(id text, accepted numeric) WHERE o.accepted <> 0`,
    [json(orders), CUT_OFF],
  );
  await owner.query(
    `INSERT INTO provider_records (snapshot_id, round, provider_order_id, reference, state, provider_state, grams, gross_units, currency, created_at)
     SELECT 'snp_1', 0, r."providerOrderId", r.reference, r.state, r.state, r.grams, r."grossUnits", r.currency, '2026-11-02'
     FROM jsonb_to_recordset($1) AS r("providerOrderId" text, reference text, state text, grams bigint, "grossUnits" numeric, currency text)`,
    [json(records)],
  );
  await owner.query(
    `INSERT INTO statement_lines (statement_id, line, line_key, kind, provider_order_id, reference, order_id, grams, net_units, tax_units, occurred_on)
     SELECT CASE l.currency WHEN 'USD' THEN 'stm_1' ELSE 'stm_2' END, l.line, '', l.kind, l."providerOrderId", l.reference, l."orderId",
            l.grams, l."netUnits", l."taxUnits", '2026-11-15'
     FROM jsonb_to_recordset($1) AS l(line int, kind text, "providerOrderId" text, reference text, "orderId" text, grams bigint,
                                      "netUnits" bigint, "taxUnits" bigint, currency text)`,
    [json(lines)],
  );
};

const read = (terms: Terms): Promise<readonly MatchRow[]> => {
  const about = { terms, settleMs: SETTLE_MS, snapshot: SNAPSHOT, timeZone: 'UTC', aggregatesIn: null };
  return new MatchRepository(gateway).read(RUN, about, async (_, matching) => {
    const rows: MatchRow[] = [];
    for await (const page of matching.rows([])) rows.push(...page);
    return rows;
  });
};

const BILLED: Terms = { provider: 'p', coverage: 'complete', invoiceDays: 10, taxRate: 200_000n, proofDays: 14 };
const anyTerms = fc.constantFrom(
  BILLED,
  { ...BILLED, taxRate: null },
  { ...BILLED, invoiceDays: null, coverage: 'known_only' as const },
);

describe('of any legs', () => {
  it('those that the database keeps to itself are none that the judge says anything of, and the rest are as they are', async () => {
    let [kept, silent] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(anyCase, { minLength: CASES, maxLength: CASES }), anyTerms, async (cases, terms) => {
        const all = cases.map(legsOf);
        const stated = all.map((legs) => ({
          ...legs,
          s: legs.s.map((line) => ({ ...line, statementId: line.currency === 'USD' ? 'stm_1' : 'stm_2' })),
        }));
        await write(stated);
        const shown = new Map((await read(terms)).map((row) => [row.o?.id ?? randomUUID(), row]));
        for (const { o, p, s } of stated) {
          const row = shown.get(o?.id ?? '');
          const found = judge(o, p, s, terms);
          if (row === undefined) {
            kept += 1;
            expect([o, p, s, found]).toEqual([o, p, s, []]);
          } else {
            if (found.length === 0) silent += 1;
            expect(judge(row.o, row.p, row.s, terms)).toEqual(found);
          }
        }
        expect(shown.size).toBeLessThanOrEqual(stated.length);
      }),
      { numRuns: BATCHES, endOnFailure: true },
    );
    // Else nothing was tried.
    expect(kept).toBeGreaterThan(0);
    process.stdout.write(`    ${BATCHES * CASES} legs: ${kept} kept by the database, ${silent} judged for nothing\n`);
  });
});
