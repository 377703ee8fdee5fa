import type { Query } from '../drills/ageing.js';

export interface EndedMonth {
  readonly id: string;
  readonly endsAt: Date;
}

/**
 * Ends the month that it is, now, so that it can be closed before the calendar does; the next one begins here. A month has
 * its bounds for good, so this takes the owner of the tables, and is for practice only.
 */
export const endMonth = async (query: Query): Promise<EndedMonth> => {
  await query(`
    DO $$
    DECLARE
      ending periods;
    BEGIN
      ALTER TABLE periods DISABLE TRIGGER period_moves_on_record;
      UPDATE periods SET ends_at = date_trunc('milliseconds', clock_timestamp())
        WHERE clock_timestamp() >= starts_at AND clock_timestamp() < ends_at RETURNING * INTO STRICT ending;
      ALTER TABLE periods ENABLE TRIGGER period_moves_on_record;
      INSERT INTO periods (id, starts_at, ends_at)
        SELECT to_char(next, 'YYYY-MM'), ending.ends_at, next + interval '1 month'
        FROM (SELECT (ending.id || '-01')::timestamptz + interval '1 month') AS following (next);
    END $$`);
  const [ended] = (await query(
    `SELECT p.id, p.ends_at FROM periods p WHERE p.ends_at <= clock_timestamp() ORDER BY p.id DESC LIMIT 1`,
  )) as readonly { readonly id: string; readonly ends_at: Date }[];
  if (!ended) throw new Error('no month has ended');
  return { id: ended.id, endsAt: ended.ends_at };
};
