import pg from 'pg';
import { PROOF_OUTCOME_NAMES } from '../../src/domain/lots/proof.js';
import { claimLots } from '../support/claim-lots.js';
import { TestEngine } from '../support/engine.js';

let engine: TestEngine;
let application: pg.Client;
let orderId: string;
beforeAll(async () => {
  engine = await TestEngine.start();
  application = new pg.Client({ connectionString: engine.database.applicationUrl });
  await application.connect();
  const order = await engine.place({ provider: 'cnaught', grams: 1_000_000 });
  orderId = order.id;
  engine.sandbox.cnaught.advance((await engine.order(order.id)).providerOrderId ?? '', 'fulfilled');
  await engine.later(3_600_000);
  await claimLots(engine);
});
afterAll(async () => {
  await application.end();
  await engine.stop();
});

const LOT = (columns: string) =>
  `INSERT INTO credit_lots (registry, block, span, capacity_grams, claimed_grams) VALUES (${columns})`;
/** Another proof of the order, as its first one is but for these columns; and the claim of it. */
const claim = (grams: number, lot: string): string => `
  WITH shown AS (
    INSERT INTO proofs (id, order_id, event_sequence, part, registry, serial, block, capacity_grams, grams, outcome, effective_at)
    SELECT 'prf_other', order_id, 99, 1, registry, serial, block, capacity_grams, ${grams}, 'claimed', effective_at
    FROM proofs WHERE part = 1 RETURNING id)
  INSERT INTO lot_claims (proof_id, lot_id, order_id, grams)
  SELECT p.id, ${lot}, p.order_id, ${grams} FROM proofs p WHERE p.part = 2`;

describe('proofs and claims', () => {
  const REFUSED: readonly (readonly [what: string, sql: string, why: RegExp])[] = [
    ...['proofs', 'lot_claims', 'lot_releases', 'project_facts', 'credit_lots'].map(
      (table) => [`to truncate ${table}`, `TRUNCATE ${table} CASCADE`, /not truncated/] as const,
    ),
    ...['proofs', 'lot_claims', 'credit_lots'].map(
      (table) => [`to delete from ${table}`, `DELETE FROM ${table}`, /append-only/] as const,
    ),
    ['to change a proof', `UPDATE proofs SET grams = 1`, /append-only/],
    ['to change a claim', `UPDATE lot_claims SET grams = 1`, /append-only/],
    ['to give a lot more', `UPDATE credit_lots SET capacity_grams = capacity_grams * 2`, /append-only/],
    ['to call a lot unclaimed', `UPDATE credit_lots SET claimed_grams = 0`, /append-only/],
    ['a lot that begins claimed', LOT(`'r', 'b', NULL, 10, 1`), /begins unclaimed/],
    ['a lot of nothing', LOT(`'r', 'b', NULL, 0, 0`), /credit_lots_capacity/],
    ['a range of another mass', LOT(`'r', 'b', '[1,2]', 1000000, 0`), /credit_lots_span/],
    ['ranges that overlap', LOT(`'r', 'b', '[1,2]', 2000000, 0), ('r', 'b', '[2,3]', 2000000, 0`), /do_not_overlap/],
    ['one range twice', LOT(`'r', 'b', '[1,2]', 2000000, 0), ('r', 'b', '[1,2]', 2000000, 0`), /do_not_overlap/],
    ['one text twice', LOT(`'r', 'b', NULL, 10, 0), ('r', 'b', NULL, 20, 0`), /credit_lots_once/],
    ['a claim of more than is proven', claim(200_000, '(SELECT max(lot_id) FROM lot_claims)'), /that of its proof/],
    [
      'a claim without a proof',
      `INSERT INTO lot_claims SELECT 'prf_none', lot_id, order_id, 1 FROM lot_claims LIMIT 1`,
      /have_room|that of its proof/,
    ],
    [
      'to give up what was not claimed',
      `INSERT INTO lot_releases (proof_id, operator_id, reason) VALUES ('prf_none', 'opr_none', 'x')`,
      /_fkey/,
    ],
  ];

  /** Within a transaction that is rolled back, whatever comes of it. */
  const attempt = async (client: pg.ClientBase, sql: string): Promise<void> => {
    await client.query('BEGIN');
    try {
      await client.query(sql);
    } finally {
      await client.query('ROLLBACK');
    }
  };

  it.each(REFUSED)('are refused by the database to its owner: %s', async (_, sql, why) => {
    const owner = await engine.connection();
    await expect(attempt(owner, sql)).rejects.toThrow(why);
    owner.release();
  });

  it.each(REFUSED)('are refused by the database to a gateway: %s', async (_, sql, why) => {
    await expect(attempt(application, sql)).rejects.toThrow(new RegExp(`${why.source}|permission denied`));
  });

  it('are refused above what an order has, to its owner', async () => {
    const owner = await engine.connection();
    await owner.query('BEGIN');
    await owner.query(LOT(`'r', 'b', NULL, 5000000, 0`));
    const sql = `
      INSERT INTO proofs (id, order_id, event_sequence, part, registry, serial, block, capacity_grams, grams, outcome, effective_at)
      VALUES ('prf_more', $1, 99, 1, 'r', 'b', 'b', 5000000, 1, 'claimed', now())`;
    await owner.query(sql, [orderId]);
    await expect(
      owner.query(
        `INSERT INTO lot_claims SELECT 'prf_more', l.id, $1, 1 FROM credit_lots l WHERE l.registry = 'r' AND l.block = 'b'`,
        [orderId],
      ),
    ).rejects.toThrow('more proven than was ordered');
    await owner.query('ROLLBACK');
    owner.release();
  });

  it('are refused above what a lot has, however many make them at once, to its owner', async () => {
    const id = (await engine.place({ provider: 'cnaught', grams: 10_000 })).id;
    const owner = await engine.connection();
    const sql = `
      BEGIN;
      ${LOT(`'together', 'b', NULL, 10, 0`)};
      INSERT INTO proofs (id, order_id, event_sequence, part, registry, serial, block, capacity_grams, grams, outcome, effective_at)
      SELECT 'prf_together_' || n, '${id}', 99, n, 'together', 'b', 'b', 10, 6, 'claimed', now() FROM generate_series(1, 2) n;
      INSERT INTO lot_claims SELECT 'prf_together_' || n, l.id, '${id}', 6 FROM credit_lots l, generate_series(1, 2) n
      WHERE l.registry = 'together'`;
    await expect(owner.query(sql)).rejects.toThrow('credit_lots_have_room');
    await owner.query('ROLLBACK');
    owner.release();
  });

  it('are refused to one of two that claim the same at once, at any isolation level', async () => {
    const id = (await engine.place({ provider: 'cnaught', grams: 10_000 })).id;
    await engine.rows(LOT(`'at once', 'b', NULL, 10, 0`));
    for (const part of [1, 2])
      await engine.rows(
        `INSERT INTO proofs (id, order_id, event_sequence, part, registry, serial, block, capacity_grams, grams, outcome, effective_at)
         VALUES ($1, $2, 99, $3, 'at once', 'b', 'b', 10, 10, 'claimed', now())`,
        [`prf_${part}`, id, part],
      );
    const [one, other] = [await engine.connection(), await engine.connection()];
    const take = (client: pg.ClientBase, proof: string) =>
      client.query(`INSERT INTO lot_claims SELECT $1, l.id, $2, 10 FROM credit_lots l WHERE l.registry = 'at once'`, [
        proof,
        id,
      ]);
    for (const client of [one, other]) await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    await take(one, 'prf_1');
    const second = take(other, 'prf_2').then(
      () => 'claimed',
      (thrown: Error) => thrown.message,
    );
    await one.query('COMMIT');
    expect(await second).toMatch(/could not serialize|have_room/);
    await other.query('ROLLBACK');
    for (const client of [one, other]) client.release();
  });

  it('have the outcomes that the code knows, and no other', async () => {
    const [row] = await engine.rows<{ words: string }>(
      `SELECT pg_get_constraintdef(oid) AS words FROM pg_constraint WHERE conname = 'proofs_outcome'`,
    );
    const words = [...(row?.words ?? '').matchAll(/'([^']*)'::text/g)].map(([, word]) => word);
    expect(words).toEqual([...PROOF_OUTCOME_NAMES]);
  });
});
