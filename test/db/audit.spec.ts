import { createHash } from 'node:crypto';
import pg from 'pg';
import { VerifyAudit, type Verified } from '../../src/application/audit/verify-audit.js';
import { applied, keyCreated, refused, revoked } from '../../src/domain/audit/act.js';
import { chainedText, type Break } from '../../src/domain/audit/chain.js';
import { AuditRepository } from '../../src/persistence/audit/audit.repository.js';
import { Database } from '../../src/persistence/database/database.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const KEY = '0123456789abcdef';
const TENANT = `ten_${'0'.repeat(26)}`;
const BY_KEY = { by: 'request', requestId: '0c7a', keyId: KEY, operator: null } as const;
/** Everything that has to be escaped in JSON, or could be, and characters of two, three and four bytes. */
const STRANGE = 'Ann "\\/\b\f\n\r\t\u0001\u001f\u007f\u00a0é\u2028\u2029\ufeff√😀';

/** A database with a chain of its own, as the gateways have it and as its owner does. */
class Chain {
  private constructor(
    readonly database: TestDatabase,
    readonly owner: pg.Client,
    readonly application: Database,
  ) {}

  static async start(): Promise<Chain> {
    const database = await createTestDatabase();
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    return new Chain(database, owner, new Database({ url: database.applicationUrl, maxConnections: 10 }));
  }

  async stop(): Promise<void> {
    await this.application.onApplicationShutdown();
    await this.owner.end();
    await this.database.drop();
  }

  get audit(): AuditRepository {
    return new AuditRepository(this.application);
  }

  verify(expected: string | null = null): Promise<Verified> {
    return new VerifyAudit(this.audit).run(expected);
  }

  async recordSome(): Promise<void> {
    const person = { by: 'operator', name: STRANGE } as const;
    const key = { tenantId: TENANT, scopes: ['orders:read', STRANGE], expiresAt: new Date(Date.UTC(2030, 0, 1)) };
    await this.audit.record(applied(person, keyCreated(KEY, key)));
    await this.audit.record(refused(BY_KEY, 'order.cancel', `ord_${'1'.repeat(26)}`, 'order_not_cancellable'));
    await this.audit.record(applied(person, { ...revoked('tenant', TENANT), reason: STRANGE }));
    await this.audit.record(applied(person, revoked('key', KEY)));
    await this.audit.record(refused(BY_KEY, 'order.cancel', null, 'scope_missing'));
  }

  /** A new chain in the same database. */
  async begin(): Promise<void> {
    await this.tamper('DELETE FROM audit_log');
    await this.recordSome();
  }

  /** Past the guards, as only the owner can. */
  async tamper(sql: string): Promise<void> {
    await this.owner.query(`SET session_replication_role = replica; ${sql}; RESET session_replication_role`);
  }
}

const withChain = async (use: (chain: Chain) => Promise<void>): Promise<void> => {
  const chain = await Chain.start();
  try {
    await use(chain);
  } finally {
    await chain.stop();
  }
};

describe('the chain of the audit', () => {
  it('has a number for each of many acts at once, without a gap, from whichever process they come', () =>
    withChain(async (chain) => {
      const other = new Database({ url: chain.database.applicationUrl, maxConnections: 10 });
      const [one, two] = [chain.audit, new AuditRepository(other)];
      await Promise.all(
        Array.from({ length: 50 }, (_, nth) =>
          (nth % 2 ? one : two).record(refused(BY_KEY, 'order.cancel', null, 'order_not_found')),
        ),
      );
      await other.onApplicationShutdown();
      const { rows } = await chain.owner.query<{ number: string; in_order: boolean }>(
        `SELECT number, at >= lag(at, 1, at) OVER (ORDER BY number) AS in_order FROM audit_log ORDER BY number`,
      );
      expect(rows.map(({ number }) => Number(number))).toEqual(Array.from({ length: 50 }, (_, nth) => nth + 1));
      expect(rows.every((row) => row.in_order)).toBe(true);
      expect(await chain.verify()).toMatchObject({ intact: true, rows: 50, broken: null });
    }));

  it('has no gap where an act was rolled back with its row', () =>
    withChain(async (chain) => {
      await chain.recordSome();
      await chain.owner.query('BEGIN');
      await chain.owner.query(
        `SELECT record_act('{"id": "aud_x", "operator": "Ann", "act": "key.revoke", "outcome": "applied"}')`,
      );
      await chain.owner.query('ROLLBACK');
      await chain.recordSome();
      expect(await chain.verify()).toMatchObject({ intact: true, rows: 10 });
    }));

  it('is followed page by page, also once it has grown, and empty is intact', () =>
    withChain(async (chain) => {
      expect(await chain.verify()).toEqual({ intact: true, rows: 0, upTo: null, head: null, broken: null });
      await chain.owner.query(`
        SELECT record_act(jsonb_build_object('id', 'aud_' || n, 'operator', 'Ann', 'act', 'key.revoke', 'outcome', 'applied'))
        FROM generate_series(1, 2500) n`);
      const kept = await chain.verify();
      expect(kept).toMatchObject({ intact: true, rows: 2500, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
      await chain.recordSome();
      expect(await chain.verify(kept.head)).toMatchObject({ intact: true, rows: 2505 });
    }));

  it.each([
    ['another time zone', `TimeZone = 'Asia/Kathmandu'`],
    ['dates written the German way', `DateStyle = 'German'`],
    ['bytes as escapes', `bytea_output = 'escape'`],
  ])('is the same with %s, for whoever writes and whoever follows it', (_, setting) =>
    withChain(async (chain) => {
      await chain.recordSome();
      await chain.owner.query(
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET ${setting.replaceAll("'", "''")}', current_database()); END $$`,
      );
      const late = new Database({ url: chain.database.applicationUrl, maxConnections: 1 });
      const audit = new AuditRepository(late);
      await audit.record(refused(BY_KEY, 'order.cancel', null, 'order_not_found'));
      for (const reader of [audit, chain.audit])
        expect(await new VerifyAudit(reader).run(null)).toMatchObject({ intact: true, rows: 6 });
      await late.onApplicationShutdown();
    }),
  );

  it('can be followed in a database that was restored from a dump, under other settings', () =>
    withChain((from) =>
      withChain(async (into) => {
        await from.recordSome();
        const { head } = await from.verify();
        await from.owner.query(`SET TimeZone = 'Asia/Kathmandu'; SET bytea_output = 'escape'`);
        const { rows } = await from.owner.query<{ row: string }>('SELECT a::text AS row FROM audit_log a');
        await into.owner.query(`SET TimeZone = 'America/Caracas'`);
        for (const { row } of rows.toReversed())
          await into.owner.query('INSERT INTO audit_log SELECT ($1::text::audit_log).*', [row]);
        expect(await into.verify(head)).toMatchObject({ intact: true, rows: 5, head });
        await into.recordSome();
        expect(await into.verify(head)).toMatchObject({ intact: true, rows: 10 });
      }),
    ));
});

describe('what was done to the audit behind the back of its guards is found:', () => {
  let chain: Chain;
  beforeAll(async () => {
    chain = await Chain.start();
  });
  afterAll(() => chain.stop());
  beforeEach(() => chain.begin());

  const COLUMNS: readonly (readonly [string, string])[] = [
    ['id', `'aud_x'`],
    ['at', `at + interval '1 millisecond'`],
    ['key_id', `'fedcba9876543210'`],
    ['request_id', `'0c7b'`],
    ['operator', `'Bob'`],
    ['operator_id', `'opr_1'`],
    ['session_id', `'1'`],
    ['act', `'key.revoke'`],
    ['subject', `'ten_${'1'.repeat(26)}'`],
    ['before', `'{}'`],
    ['after', `'{"tenant_id": null}'`],
    ['reason', `'another'`],
    ['outcome', `'begun'`],
    ['hash', `sha256('')`],
  ];

  it.each<readonly [string, string, Break]>([
    ...COLUMNS.map(
      ([column, value]) =>
        [
          `another ${column}`,
          `UPDATE audit_log SET ${column} = ${value} WHERE number = 3`,
          { number: '3', why: 'changed' },
        ] as const,
    ),
    [
      'another problem_code',
      `UPDATE audit_log SET problem_code = 'x' WHERE number = 2`,
      { number: '2', why: 'changed' },
    ],
    [
      'a space in a state',
      `UPDATE audit_log SET after = (after::text || ' ')::json WHERE number = 1`,
      { number: '1', why: 'changed' },
    ],
    ['a row that was deleted', 'DELETE FROM audit_log WHERE number = 3', { number: '3', why: 'missing' }],
    ['the first row that was deleted', 'DELETE FROM audit_log WHERE number = 1', { number: '1', why: 'missing' }],
    [
      'a row that was deleted, and the gap closed',
      'DELETE FROM audit_log WHERE number = 3; UPDATE audit_log SET number = number - 1 WHERE number > 3',
      { number: '3', why: 'changed' },
    ],
    [
      'two rows that changed places',
      `UPDATE audit_log SET number = -number WHERE number IN (2, 3);
       UPDATE audit_log SET number = 5 + number WHERE number < 0`,
      { number: '2', why: 'changed' },
    ],
    [
      'a row before the first',
      'INSERT INTO audit_log SELECT (jsonb_populate_record(a, \'{"number": 0, "id": "aud_x"}\')).* FROM audit_log a WHERE number = 1',
      { number: '0', why: 'changed' },
    ],
    [
      'the last row once more',
      'INSERT INTO audit_log SELECT (jsonb_populate_record(a, \'{"number": 6, "id": "aud_x"}\')).* FROM audit_log a WHERE number = 5',
      { number: '6', why: 'changed' },
    ],
  ])('%s', async (_, sql, broken) => {
    const { head } = await chain.verify();
    await chain.tamper(sql);
    const found = await chain.verify(head);
    expect(found).toMatchObject({ intact: false, broken });
    expect(found.rows).toBe(Number(broken.number) - (broken.number === '0' ? 0 : 1));
  });

  /** As somebody would who knows how rows are hashed: the hash is right for the row, and for the one before if told so. */
  const forge = async (number: number, hasPrevious: boolean): Promise<void> => {
    const rows = await chain.audit.page(null, 10);
    const previous = rows.find((row) => row.number === String(number - 1))?.hash ?? null;
    const forged = { ...rows[0], number: String(number), id: 'aud_forged', operator: 'Mallory' } as (typeof rows)[0];
    const text = chainedText(forged, hasPrevious ? previous : null);
    const hash = createHash('sha256').update(text).digest('hex');
    const values = JSON.stringify({ ...forged, before: null, after: null });
    await chain.tamper(`
      DELETE FROM audit_log WHERE number = ${number};
      INSERT INTO audit_log SELECT (jsonb_populate_record(NULL::audit_log, '${values.replaceAll("'", "''")}'::jsonb
        || jsonb_build_object('hash', '\\x${hash}'))).*;
      UPDATE audit_log SET after = (SELECT after FROM audit_log WHERE number = 1) WHERE number = ${number}`);
  };

  it('a forged row whose hash is right, but not for the row before', async () => {
    await forge(6, false);
    expect(await chain.verify()).toMatchObject({ intact: false, rows: 5, broken: { number: '6', why: 'changed' } });
  });

  it('a forged row in the middle whose hash is right for the row before, by the row after', async () => {
    await forge(3, true);
    expect(await chain.verify()).toMatchObject({ intact: false, rows: 3, broken: { number: '4', why: 'changed' } });
  });

  it('an end that was cut off, or written anew, by the head that was kept elsewhere', async () => {
    const { head } = await chain.verify();
    await chain.tamper('DELETE FROM audit_log WHERE number = 5');
    expect(await chain.verify()).toMatchObject({ intact: true, rows: 4 });
    expect(await chain.verify(head)).toMatchObject({
      intact: false,
      rows: 4,
      broken: { why: 'expected_is_missing' },
    });
    await forge(5, true);
    expect(await chain.verify()).toMatchObject({ intact: true, rows: 5 });
    expect(await chain.verify(head)).toMatchObject({ intact: false, broken: { why: 'expected_is_missing' } });
  });
});

describe('of what it is given, `record_act` keeps', () => {
  const ACT = { operator: 'Ann', act: 'key.revoke', outcome: 'applied' };
  let chain: Chain;
  beforeAll(async () => {
    chain = await Chain.start();
  });
  afterAll(() => chain.stop());

  const record = async (more: object): Promise<Record<string, unknown>> => {
    const id = `aud_${Math.random()}`;
    await chain.owner.query('SELECT record_act($1::jsonb)', [JSON.stringify({ id, ...ACT, ...more })]);
    return (
      (await chain.owner.query<Record<string, unknown>>('SELECT * FROM audit_log WHERE id = $1', [id])).rows[0] ?? {}
    );
  };

  it('no number, time or hash', async () => {
    const row = await record({ number: 900, at: '2020-01-01', hash: '\\x00' });
    expect(row['number']).not.toBe('900');
    expect(Math.abs((row['at'] as Date).getTime() - Date.now())).toBeLessThan(60_000);
    expect(await chain.verify()).toMatchObject({ intact: true });
  });

  it.each([
    [`ord_${'0'.repeat(26)}`, true],
    [KEY, true],
    ['0123456789ab', true],
    ['jane@example.com', false],
    ['Jane', false],
    [`ord_${'0'.repeat(26)} Jane`, false],
    [`ord_${'0'.repeat(26)}\nJane`, false],
  ])('the subject %j, if it is an id', async (subject, isKept) => {
    expect((await record({ subject }))['subject']).toBe(isKept ? subject : null);
  });

  it.each([
    ['9f0c7a3e-1111-4222-8333-444455556666', true],
    ['4bf92f3577b34da6a3ce929d0e0e4736', true],
    ['for-Jane', false],
    ['', false],
  ])('the id of a request %j as it is, if it can name nobody, and else its hash', async (request_id, isKept) => {
    const hash = createHash('sha256').update(request_id).digest('hex');
    expect((await record({ request_id }))['request_id']).toBe(isKept ? request_id : `sha256:${hash}`);
  });

  it.each([
    ['nobody', { operator: null }, 'has_actor'],
    ['an act that is not known', { act: 'order.buy' }, 'audit_log_act'],
    ['an outcome that is not known', { outcome: 'done' }, 'audit_log_outcome'],
    ['a refusal without a reason', { outcome: 'refused' }, 'refused_for'],
    ['a reason for a refusal that is none', { problem_code: 'x' }, 'refused_for'],
  ])('nothing of %s', async (_, more, why) => {
    await expect(record(more)).rejects.toThrow(why);
  });
});
