import fc from 'fast-check';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const CLIENTS = 8;
const MONTH = '2026-11-01';

type Act =
  | { readonly do: 'reserve'; readonly usd: number; readonly limit: number | null }
  | { readonly do: 'correct'; readonly usd: number };

/** The sums that `accept_order` and the trigger on orders keep, with many connections at once. */
describe('the sum of a month in the database', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let subjects = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: CLIENTS });
  });
  afterAll(async () => {
    await pool.query('DELETE FROM spending');
    await pool.end();
    await database.drop();
  });

  const perform = async (subject: string, act: Act): Promise<boolean> => {
    if (act.do === 'correct') {
      await pool.query('SELECT correct_spending($1, $2, $3)', [subject, MONTH, act.usd]);
      return true;
    }
    const { rows } = await pool.query<{ spent: string | null }>('SELECT reserve_spending($1, $2, $3, $4) AS spent', [
      subject,
      MONTH,
      act.usd,
      act.limit,
    ]);
    if (rows[0]?.spent === null) return true;
    // It refuses for no other reason.
    expect(Number(rows[0]?.spent) + act.usd).toBeGreaterThan(act.limit ?? Infinity);
    return false;
  };

  const spentBy = async (subject: string): Promise<{ spent: number; room: number }> => {
    const { rows } = await pool.query<{ spent: number; room: number }>(
      'SELECT sum(spent_usd)::float8 AS spent, sum(room_usd)::float8 AS room FROM spending WHERE subject_id = $1',
      [subject],
    );
    return rows[0] ?? { spent: 0, room: 0 };
  };

  const usd = fc.integer({ min: 1, max: 400 });

  it('stays within a limit that everybody has, however reservations come together', async () => {
    const property = fc.asyncProperty(
      fc.array(usd, { minLength: 20, maxLength: 80 }),
      fc.integer({ min: 100, max: 5_000 }),
      async (amounts, limit) => {
        const subject = `s${subjects++}`;
        const taken = await Promise.all(
          amounts.map((amount) => perform(subject, { do: 'reserve', usd: amount, limit })),
        );
        const { spent, room } = await spentBy(subject);
        expect(spent).toBe(amounts.reduce((sum, amount, nth) => sum + (taken[nth] ? amount : 0), 0));
        expect(spent + room).toBeLessThanOrEqual(limit);
        // What was refused would not fit now either.
        const smallest = Math.min(...amounts.filter((_, nth) => !taken[nth]));
        expect(spent + smallest).toBeGreaterThan(limit);
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });

  it('makes no room of what comes back while more is spent than the limit', async () => {
    const subject = `s${subjects++}`;
    const limit = 500;
    expect(await perform(subject, { do: 'reserve', usd: 490, limit })).toBe(true);
    await perform(subject, { do: 'correct', usd: 98 });
    await perform(subject, { do: 'correct', usd: -3 });
    expect(await perform(subject, { do: 'reserve', usd: 1, limit })).toBe(false);
    await perform(subject, { do: 'correct', usd: -90 });
    expect(await perform(subject, { do: 'reserve', usd: 5, limit })).toBe(true);
    expect(await perform(subject, { do: 'reserve', usd: 1, limit })).toBe(false);
  });

  it('is exact, and leaves no room above the limit, whatever is reserved and corrected under changing limits', async () => {
    const reserve = fc.record({
      do: fc.constant('reserve' as const),
      usd,
      limit: fc.constantFrom(null, 500, 2_000, 8_000),
    });
    const correct = fc.record({ do: fc.constant('correct' as const), usd: fc.integer({ min: -100, max: 100 }) });
    const property = fc.asyncProperty(
      fc.array(fc.oneof(reserve, correct), { minLength: 10, maxLength: 60 }),
      fc.constantFrom(500, 2_000, 8_000),
      async (acts, limit) => {
        const subject = `s${subjects++}`;
        const done = await Promise.all(acts.map((act) => perform(subject, act)));
        const sum = acts.reduce((total, act, nth) => total + (done[nth] ? act.usd : 0), 0);
        expect((await spentBy(subject)).spent).toBe(sum);
        // From here on one limit holds. What looks at one row alone may not go beyond it.
        const slice = Math.max(1, Math.floor((limit - sum) / 64));
        const sliced = await Promise.all(
          Array.from({ length: 80 }, () => perform(subject, { do: 'reserve', usd: slice, limit })),
        );
        const taken = sum + slice * sliced.filter(Boolean).length;
        expect(taken).toBeLessThanOrEqual(Math.max(limit, sum));
        // Exactly what is left can be reserved.
        const left = limit - taken;
        expect(await perform(subject, { do: 'reserve', usd: Math.max(left, 0) + 0.01, limit })).toBe(false);
        if (left <= 0) return;
        const parts = [left / 2, left / 4, left / 4];
        for (const part of parts) expect(await perform(subject, { do: 'reserve', usd: part, limit })).toBe(true);
        expect(await perform(subject, { do: 'reserve', usd: 0.01, limit })).toBe(false);
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });
});
