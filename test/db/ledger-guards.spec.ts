import pg from 'pg';
import { ACCOUNTS, ACCOUNT_NAMES, type Account } from '../../src/domain/ledger/accounts.js';
import { ASSETS, MASS } from '../../src/domain/ledger/units.js';
import { TestEngine } from '../support/engine.js';
import { postLedger, setPeriods } from '../support/post-ledger.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start();
});
afterAll(() => engine.stop());

describe('the books cannot be changed', () => {
  const COLUMNS =
    'source, source_seq, leg, rule, period_id, effective_at, tenant_id, provider, order_id, asset, debit, credit, units';
  const copied = (changes: Readonly<Record<string, string>>): string => {
    const columns = COLUMNS.split(', ').map((column) => changes[column] ?? `t.${column}`);
    return `INSERT INTO ledger_transfers (${COLUMNS}) SELECT ${columns.join(', ')} FROM ledger_transfers t WHERE t.leg = 1 LIMIT 1`;
  };
  const another = { source: `'other-' || gen_random_uuid()` };

  let application: pg.Client;
  beforeAll(async () => {
    await engine.place({ provider: 'cnaught', grams: 1_000 });
    await postLedger(engine);
    application = new pg.Client({ connectionString: engine.database.applicationUrl });
    await application.connect();
  });
  afterAll(() => application.end());

  const REFUSED: readonly (readonly [what: string, sql: string, why: RegExp])[] = [
    ['to update', `UPDATE ledger_transfers SET units = 1`, /append-only/],
    ['to delete', 'DELETE FROM ledger_transfers', /append-only/],
    ['to truncate', 'TRUNCATE ledger_transfers', /not truncated/],
    ['nothing at all', copied({ ...another, units: '0' }), /ledger_transfers_units/],
    ['less than nothing', copied({ ...another, units: '-1' }), /ledger_transfers_units/],
    ['one account with itself', copied({ ...another, debit: 't.credit' }), /ledger_transfers_accounts/],
    ['mass for money', copied({ ...another, asset: `'USD/6'` }), /ledger_transfers_accounts/],
    ['what is posted already', copied({}), /ledger_transfers_pkey/],
    ['of no month', copied({ ...another, period_id: `'1999-01'` }), /ledger_transfers_period_id_fkey/],
    ['to take a month away', 'DELETE FROM periods', /append-only/],
    [
      'a month beside another',
      `INSERT INTO periods (id, starts_at, ends_at) SELECT '1999-01', starts_at, ends_at FROM periods LIMIT 1`,
      /periods_do_not_overlap/,
    ],
  ];

  it.each(REFUSED)('by its owner: %s', async (_, sql, why) => {
    await expect(engine.rows(sql)).rejects.toThrow(why);
  });

  it.each(REFUSED)('by a gateway: %s', async (_, sql, why) => {
    await expect(application.query(sql)).rejects.toThrow(new RegExp(`${why.source}|permission denied`, why.flags));
  });

  it('in a month that is closed, by either; and nobody closes one off the record', async () => {
    await expect(application.query(`UPDATE periods SET status = 'closed', version = version + 1`)).rejects.toThrow(
      'on record',
    );
    await setPeriods(engine, 'closed');
    await expect(engine.rows(copied(another))).rejects.toThrow(/period .* is closed/);
    await expect(application.query(copied(another))).rejects.toThrow(/period .* is closed/);
    await setPeriods(engine, 'open');
  });

  it('while a month is being closed', async () => {
    const closing = await engine.connection();
    try {
      await closing.query('BEGIN; SET LOCAL session_replication_role = replica');
      await closing.query(`UPDATE periods SET status = 'closed'`);
      const posting = application.query(copied(another)).then(
        () => 'posted',
        (thrown: Error) => thrown.message,
      );
      await closing.query('COMMIT');
      expect(await posting).toMatch(/period .* is closed/);
    } finally {
      closing.release();
      await setPeriods(engine, 'open');
    }
  });

  it('but for the accounts that the code knows, each for what it holds', async () => {
    for (const asset of ASSETS)
      for (const account of [...ACCOUNT_NAMES, 'another'] as Account[]) {
        const kind = asset === MASS ? 'mass' : 'money';
        const other = kind === 'mass' ? 'provider' : 'settled';
        if (account === other) continue;
        const client = await engine.connection();
        await client.query('BEGIN');
        const outcome = await client
          .query(copied({ ...another, asset: `'${asset}'`, debit: `'${account}'`, credit: `'${other}'` }))
          .then(
            () => true,
            () => false,
          );
        await client.query('ROLLBACK');
        client.release();
        expect([account, asset, outcome]).toEqual([account, asset, ACCOUNTS[account]?.holds === kind]);
      }
  });
});
