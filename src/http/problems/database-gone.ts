/** Prisma: cannot connect, timed out, closed, pool exhausted, a transaction that could not start or lost its connection. */
const PRISMA_CODES = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037']);

/** The driver adapter's words for the same, which raw queries come with. */
const KINDS = new Set([
  'AuthenticationFailed',
  'ConnectionClosed',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
]);

/** PostgreSQL: connection exceptions, too many connections, shutting or starting up, read-only after a failover. */
const SQL_STATE = /^(08...|53300|57P0[1-5]|25006)$/;

/** node-postgres gives these no code, and Prisma lets some of them through as they are. */
const MESSAGE =
  /^Connection terminated|timeout exceeded when trying to connect|^Query read timeout|Client .*not queryable/;

/** Errors nest their causes; deeper than this nobody nests. */
const MAX_DEPTH = 5;

/** Whether something failed because the database cannot be reached, in whatever wrapping the driver has put it. */
export const isDatabaseGone = (thrown: unknown, depth = 0): boolean => {
  if (typeof thrown !== 'object' || thrown === null || depth > MAX_DEPTH) return false;
  const { name, code, originalCode, kind, message, cause, meta } = thrown as Readonly<Record<string, unknown>>;
  if ([code, originalCode].some((word) => typeof word === 'string' && (PRISMA_CODES.has(word) || SQL_STATE.test(word))))
    return true;
  if (name === 'DatabaseUnreachableError' || (typeof kind === 'string' && KINDS.has(kind))) return true;
  if (typeof message === 'string' && MESSAGE.test(message)) return true;
  const adapterError = (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  return isDatabaseGone(cause, depth + 1) || isDatabaseGone(adapterError, depth + 1);
};
