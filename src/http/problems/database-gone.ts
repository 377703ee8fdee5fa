import { DatabaseUnreachableError } from '../../domain/errors.js';

/** Prisma: no connection, timeout, connection closed, pool exhausted, transaction not started or lost. */
const PRISMA_CODES = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037']);

/** The same from the driver adapter, for raw queries. */
const KINDS = new Set([
  'AuthenticationFailed',
  'ConnectionClosed',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
]);

/**
 * PostgreSQL: connection exceptions, too many connections, shutting or starting up, read-only after a failover, a
 * statement that was cancelled for its time or by an operator.
 */
const SQL_STATE = /^(08...|53300|57P0[1-5]|25006|57014|55P03)$/;

/** node-postgres errors without a code, some of which Prisma passes on unchanged. */
const MESSAGE = /^Connection terminated|^Query read timeout|Client .*not queryable/;

/** That all connections are in use, from our statements and from those of Prisma. */
const BUSY = /^timeout exceeded when trying to connect/;

/** Causes may form a cycle. Real errors nest at most three deep. */
const MAX_DEPTH = 5;

/** Whether an error, or any error that caused it, says that no connection to the database became free. */
export const isDatabaseBusy = (thrown: unknown, depth = 0): boolean =>
  thrown instanceof Error &&
  depth <= MAX_DEPTH &&
  (BUSY.test(thrown.message) || isDatabaseBusy(thrown.cause, depth + 1));

/** Whether an error, or any error that caused it, says that the database cannot be reached. */
export const isDatabaseGone = (thrown: unknown, depth = 0): boolean => {
  if (typeof thrown !== 'object' || thrown === null || depth > MAX_DEPTH) return false;
  const { code, originalCode, kind, message, cause, meta } = thrown as Readonly<Record<string, unknown>>;
  if ([code, originalCode].some((id) => typeof id === 'string' && (PRISMA_CODES.has(id) || SQL_STATE.test(id))))
    return true;
  if (thrown instanceof DatabaseUnreachableError || (typeof kind === 'string' && KINDS.has(kind))) return true;
  if (typeof message === 'string' && MESSAGE.test(message)) return true;
  const adapterError = (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  return isDatabaseGone(cause, depth + 1) || isDatabaseGone(adapterError, depth + 1);
};
