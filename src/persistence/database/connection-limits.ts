import type { Pool, PoolClient } from 'pg';
import { DatabaseUnreachableError } from '../../domain/errors.js';

/** So that the system finds out, within half a minute, that the other end of a connection without traffic is gone. */
export const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

/** Unless the settings say otherwise. What is slower is a defect, or a database that confirms nothing. */
export const STATEMENT_MS = 10_000;

/**
 * Ends a connection that was held for longer than `limitMs`: the other end may be gone without a word, as when a
 * machine dies or an address moves, and nothing else would tell for many minutes. The others that lie idle were made to
 * the same place; they go as well, so that what comes next is dialled anew.
 *
 * The connection is destroyed, not only given up on: node-postgres' own `query_timeout` hands it on with the statement
 * still under way, and the next transaction on it commits what was reported as failed.
 */
export const limitHolding = (pool: Pool, limitMs: number): void => {
  const held = new Map<PoolClient, NodeJS.Timeout>();
  const idle = new Set<PoolClient>();
  const end = (connection: PoolClient): void => {
    for (const suspect of [connection, ...idle]) destroy(suspect, limitMs);
  };
  pool.on('acquire', (connection) => {
    idle.delete(connection);
    held.set(connection, setTimeout(() => end(connection), limitMs).unref());
  });
  pool.on('release', (_, connection) => {
    clearTimeout(held.get(connection));
    held.delete(connection);
    idle.add(connection);
  });
  pool.on('remove', (connection) => idle.delete(connection));
};

const destroy = ({ connection }: PoolClient, afterMs: number): void => {
  const reason = `the database did not respond within ${afterMs / 1000} s`;
  connection.stream.destroy(new DatabaseUnreachableError(reason, { wasSent: true }));
};
