/** Runs one statement. */
export type Query = (sql: string, values?: readonly unknown[]) => Promise<unknown>;

/** Every time that the gateway compares with the clock, and where a row says whose order it is about. */
const TIMES = {
  tasks: { order: 'subject_id', columns: ['run_at', 'leased_until', 'woken_for'] },
  attempts: { order: 'order_id', columns: ['started_at', 'send_deadline_at'] },
  orders: { order: 'id', columns: ['created_at', 'updated_at', 'last_lookup_at', 'refreshed_at'] },
  purchase_claims: { order: 'order_id', columns: ['claimed_at', 'looked_at', 'due_at'] },
  callbacks: { order: 'order_id', columns: ['received_at'] },
  checkout_sessions: { order: 'order_id', columns: ['expires_at'] },
  idempotency_records: { order: 'order_id', columns: ['created_at', 'locked_until'] },
  quotes: { order: null, columns: ['created_at', 'expires_at'] },
  offers: { order: null, columns: ['expires_at'] },
  provider_health: { order: null, columns: ['probe_at'] },
  webhook_deliveries: { order: 'order_id', columns: ['due_at', 'leased_until'] },
  webhook_endpoints: { order: null, columns: ['failing_since'] },
  quota_buckets: { order: null, columns: ['filled_at', 'blocked_until'] },
  pools: { order: null, columns: ['closes_at', 'created_at'] },
  switches: { order: null, columns: ['on_at', 'until', 'off_proposed_at'] },
} as const;

/** Makes what is recorded `ms` older, which to the gateway is the same as waiting. With an order: its rows only. */
export const makeOlder = async (query: Query, ms: number, orderId: string | null = null): Promise<void> => {
  const updates = Object.entries(TIMES)
    .filter(([, { order }]) => orderId === null || order !== null)
    .map(([table, { order, columns }]) => {
      const older = columns.map((column) => `${column} = ${column} - $1::float8 * interval '1 millisecond'`);
      const whose = orderId === null ? '' : ` WHERE ${order} = $2`;
      return `older_${table} AS (UPDATE ${table} SET ${older.join(', ')}${whose})`;
    });
  await query(`WITH ${updates.join(', ')} SELECT`, orderId === null ? [ms] : [ms, orderId]);
};
