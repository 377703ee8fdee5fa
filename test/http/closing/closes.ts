import { createHash, randomUUID } from 'node:crypto';
import { EXPORT_NAMES } from '../../../src/application/exports/read-export.js';
import { postLedger } from '../../support/post-ledger.js';
import { compareMonth, reconcile } from '../../support/reconcile.js';
import {
  type Answer,
  MONTH,
  engine,
  keys,
  orders,
  placed,
  tamper,
  close,
  failed,
  send,
  invoiced,
} from './closing-gateway.js';

export const closesOnRecord = (): void => {
  it('not before everything is so', async () => {
    await postLedger(engine);
    await placed({ provider: 'cnaught', grams: 3_000 }, '2026-08-31T22:00:00Z');
    const refused = await close(MONTH, keys.operator, { waived: [] });
    expect(refused).toMatchObject({ status: 409, body: { code: 'period_not_closable' } });
    expect(refused.body.errors).toEqual({
      everything_is_posted: ['3 events wait to be posted.', expect.any(String)],
      statements_are_in: ['No statement of cnaught.', expect.any(String)],
      lists_are_compared: [expect.any(String), expect.any(String)],
    });
    await postLedger(engine);
    expect(await failed(MONTH)).toEqual(['statements_are_in', 'lists_are_compared']);
    await compareMonth(engine, MONTH, 'cnaught', 'one_tribe');
    expect(await failed(MONTH)).toEqual(['statements_are_in']);
    expect(await failed('2026-09')).toEqual(['months_before_are_closed']);
    await tamper(`INSERT INTO breaks (id, break_key, type, severity, provider, subject, period_id, facts, facts_hash, first_run,
                                      last_run, cut_off_at)
      SELECT 'brk_' || n, n::bytea, 'charge_unknown', severity, 'cnaught', n, month, '{}', '', 'rec_1', 'rec_1', now()
      FROM (VALUES ('1', 'blocking', '${MONTH}'), ('2', 'warning', '${MONTH}'), ('3', 'blocking', '2026-09')) b(n, severity, month)`);
    expect(await failed(MONTH)).toEqual(['statements_are_in', 'breaks_are_settled']);
    expect((await close(MONTH, keys.operator, { waived: ['cnaught'] })).body.errors).toEqual({
      breaks_are_settled: ['1 blocking break is open.', expect.any(String)],
    });
    await tamper(`UPDATE breaks SET status = 'resolved', resolution = 'claim_refund', ended_at = now()`);
    const [latest] = await engine.rows<{ id: string }>('SELECT max(id) AS id FROM periods');
    expect(await failed(latest!.id)).toEqual(['month_is_over', 'months_before_are_closed', 'lists_are_compared']);
    await tamper(`UPDATE ledger_transfers SET units = units + 1 WHERE order_id = '${orders.first.id}' AND leg = 1`);
    expect(await failed(MONTH)).toEqual(['statements_are_in', 'books_agree']);
    await tamper(`UPDATE ledger_transfers SET units = units - 1 WHERE order_id = '${orders.first.id}' AND leg = 1`);
  });

  it('once what providers list is compared with it, by runs that are newer than all that they compare', async () => {
    const LISTS = 'lists_are_compared';
    const found = async (): Promise<readonly [detail: string, fix: string]> => {
      const { body } = await send('GET', `periods/${MONTH}/close-checklist`, keys.viewer);
      const { ok, detail, fix } = body.checks.find(({ check }) => check === LISTS)!;
      expect(ok).toBe(detail === 'All are compared.');
      return [detail, fix];
    };
    // To the letter, as it says.
    const follow = async (fix: string): Promise<void> => {
      for (const [, body] of fix.matchAll(/POST \/v1\/finance\/reconciliations (\{.*?\})/g))
        expect(await send('POST', 'reconciliations', keys.machine, JSON.parse(body!) as object)).toMatchObject({
          status: 202,
        });
      await reconcile(engine);
    };
    expect(await found()).toEqual(['All are compared.', expect.any(String)]);

    await tamper(`UPDATE orders SET updated_at = now() WHERE id = '${orders.first.id}'`);
    const [changed, request] = await found();
    expect(changed).toMatch(/^cnaught: something has changed at \d{4}-.*Z, after the last run\.$/);
    expect(request).toBe(
      `Send POST /v1/finance/reconciliations {"provider":"cnaught","period":"${MONTH}","cut_off":"2026-08-31T23:00:00.000Z"}, and wait for the end.`,
    );
    await follow(request);
    expect(await found()).toEqual(['All are compared.', expect.any(String)]);

    // Of an account of its own there is another list.
    await tamper(`UPDATE orders SET provider_account = 'sub_1' WHERE id = '${orders.first.id}'`);
    const [ofAccount, withAccount] = await found();
    expect(ofAccount).toBe('cnaught, account sub_1: no run has compared the whole month.');
    expect(withAccount).toContain('"account":"sub_1"');
    await tamper(`UPDATE orders SET provider_account = NULL WHERE id = '${orders.first.id}'`);

    await invoiced('2026-07');
    expect((await found())[0]).toMatch(/^cnaught: something has changed/);
    for (const [more, why] of [
      [`dry_run = true`, 'no run has compared the whole month'],
      [`cut_off_at = cut_off_at - interval '1 millisecond'`, 'no run has compared the whole month'],
      [`period_id = '2026-09'`, 'no run has compared the whole month'],
      [`status = 'matching', ended_at = NULL`, 'no run has compared the whole month'],
      [
        `legs = jsonb_set(legs, '{provider,unread}', '2')`,
        'the list was not read completely, 2 rows could not be read',
      ],
    ] as const) {
      await compareMonth(engine, MONTH, 'cnaught');
      expect(await found()).toEqual(['All are compared.', expect.any(String)]);
      await tamper(`CREATE TABLE kept_runs AS SELECT * FROM reconciliations;
        DELETE FROM reconciliations WHERE provider = 'cnaught' AND id < (SELECT max(id) FROM kept_runs WHERE provider = 'cnaught');
        UPDATE reconciliations SET ${more} WHERE provider = 'cnaught'`);
      expect((await found())[0]).toBe(`cnaught: ${why}.`);
      await tamper(
        `DELETE FROM reconciliations; INSERT INTO reconciliations SELECT * FROM kept_runs; DROP TABLE kept_runs`,
      );
    }
  });

  it('by people who may, and no machine', async () => {
    expect(await close(MONTH, keys.viewer)).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
    expect(await close(MONTH, keys.machine)).toMatchObject({
      status: 403,
      body: { code: 'operator_key_required' },
    });
    expect(await close('1999-01', keys.operator)).toMatchObject({ status: 404, body: { code: 'period_not_found' } });
    expect(await close('never', keys.operator)).toMatchObject({ status: 404, body: { code: 'period_not_found' } });
  });

  it('once, by however many repeats', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      [1, 2, 3].map(() => close(MONTH, keys.operator, { note: 'All is in', idempotencyKey: key })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(2);
    const [{ body }] = answers as [Answer];
    expect(body).toMatchObject({ version: 1, previous_hash: null, exports: expect.any(Array) });
    expect(body.exports.map(({ kind }) => kind).sort()).toEqual([...EXPORT_NAMES].sort());
    const journal = Buffer.from(body.exports.find(({ kind }) => kind === 'journal')?.sha256 ?? '', 'hex');
    expect(body.journal_hash).toBe(createHash('sha256').update(journal).digest('hex'));
    expect(await close(MONTH, keys.operator, { note: 'Something else', idempotencyKey: key })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect(await close(MONTH, keys.operator)).toMatchObject({ status: 409, body: { code: 'period_closed' } });
    const acts = await engine.rows(
      `SELECT outcome, problem_code, operator_id, after FROM audit_log WHERE act = 'period.close' ORDER BY number`,
    );
    expect(acts.filter((row) => row['outcome'] === 'applied')).toMatchObject([
      {
        operator_id: expect.stringMatching(/^opr_/),
        after: { period: MONTH, version: 1, journal_hash: body.journal_hash },
      },
    ]);
    expect(acts.map((row) => row['problem_code'])).toEqual(
      expect.arrayContaining(['period_not_closable', 'operator_key_required', 'scope_missing', 'period_closed']),
    );
  });

  it('with what was on each account, which is what all transfers come to', async () => {
    const kept = await engine.rows(
      `SELECT tenant_id, provider, asset, account, closing FROM period_balances WHERE period_id = $1 ORDER BY 1, 2, 3, 4`,
      [MONTH],
    );
    const computed = await engine.rows(
      `SELECT COALESCE(tenant_id, '') AS tenant_id, provider, asset, account, sum(side.amount) AS closing
       FROM ledger_transfers t, LATERAL (VALUES (debit, t.units), (credit, -t.units)) AS side(account, amount)
       WHERE period_id <= $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
      [MONTH],
    );
    expect(kept.length).toBeGreaterThan(5);
    expect(kept).toEqual(computed);
  });

  const REFUSED: readonly (readonly [what: string, sql: string, why: RegExp])[] = [
    [
      'to post into it',
      `INSERT INTO ledger_transfers SELECT 'other', 1, leg, rule, period_id, effective_at, posted_at, tenant_id, provider,
       order_id, asset, debit, credit, units FROM ledger_transfers WHERE period_id = '${MONTH}' LIMIT 1`,
      /is closed/,
    ],
    ['to change what it has', `UPDATE ledger_transfers SET units = 1 WHERE period_id = '${MONTH}'`, /append-only/],
    ['to delete it', `DELETE FROM ledger_transfers WHERE period_id = '${MONTH}'`, /append-only/],
    ['to open it off the record', `UPDATE periods SET status = 'open' WHERE id = '${MONTH}'`, /on record/],
    ['to close another', `UPDATE periods SET status = 'closed', version = 1 WHERE id = '2026-09'`, /on record/],
    ['to move its bounds', `UPDATE periods SET ends_at = ends_at - interval '1 day' WHERE id = '${MONTH}'`, /stays as/],
    ['to count it differently', `UPDATE periods SET version = 7 WHERE id = '${MONTH}'`, /stays as/],
    [
      'to begin one closed',
      `INSERT INTO periods VALUES ('2001-01', '2001-01-01', '2001-02-01', 'closed', 0)`,
      /begin open/,
    ],
    ...['period_closings', 'period_balances', 'period_exports', 'period_export_chunks'].flatMap((table) => [
      [`to change ${table}`, `UPDATE ${table} SET version = 2`, /append-only/] as const,
      [`to delete ${table}`, `DELETE FROM ${table}`, /append-only/] as const,
      [`to truncate ${table}`, `TRUNCATE ${table}`, /not truncated/] as const,
    ]),
    ...['period_balances', 'period_exports'].map(
      (table) =>
        [
          `to add to ${table}`,
          `INSERT INTO ${table} SELECT (jsonb_populate_record(t, '{"tenant_id": "x"}')).* FROM ${table} t LIMIT 1`,
          /is sealed/,
        ] as const,
    ),
    [
      'to add a line to an export',
      `INSERT INTO period_export_chunks SELECT period_id, version, kind, 1000, tenant_id, gz FROM period_export_chunks LIMIT 1`,
      /is sealed/,
    ],
  ];

  it.each(REFUSED)('and its owner is refused: %s', async (_, sql, why) => {
    await expect(engine.rows(sql)).rejects.toThrow(why);
  });
};
