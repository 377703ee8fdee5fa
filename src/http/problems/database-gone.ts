/** Prisma: cannot connect, timed out, closed, pool exhausted, transaction could not start. */
const PRISMA_CODES = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037']);

/** PostgreSQL: connection exceptions, too many connections, shutting down, starting up, read-only after a failover. */
const SQL_STATES = /^(08...|53300|57P0[1-5]|25006)$/;

const SYSTEM_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ENOENT']);

/** node-postgres gives some of these no code. */
const MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Can't reach database server|Server has closed the connection|not queryable/i;

/** Errors nest their causes; deeper than this nobody nests. */
const MAX_DEPTH = 5;

/** Whether something failed because the database cannot be reached, in whatever wrapping the driver has put it. */
export const isDatabaseGone = (thrown: unknown, depth = 0): boolean => {
  if (!(thrown instanceof Error) || depth > MAX_DEPTH) return false;
  const fromDatabase = /Prisma|DriverAdapter/.test(thrown.name) || depth > 0;
  if (!fromDatabase) return false;
  return says(thrown) || [...causesOf(thrown)].some((cause) => isDatabaseGone(asError(cause), depth + 1));
};

const says = (error: Error): boolean => {
  const { code, originalCode, kind } = error as { code?: unknown; originalCode?: unknown; kind?: unknown };
  const codes = [code, originalCode, kind].filter((value) => typeof value === 'string');
  return (
    codes.some((value) => PRISMA_CODES.has(value) || SQL_STATES.test(value) || SYSTEM_CODES.has(value)) ||
    MESSAGES.test(error.message)
  );
};

function* causesOf(error: Error): Iterable<unknown> {
  yield error.cause;
  if (error instanceof AggregateError) yield* error.errors as unknown[];
  const { meta } = error as { meta?: { driverAdapterError?: unknown } };
  yield meta?.driverAdapterError;
}

/** The driver adapter describes causes as plain objects. */
const asError = (cause: unknown): unknown =>
  typeof cause === 'object' && cause !== null && !(cause instanceof Error)
    ? Object.assign(new Error('message' in cause ? String(cause.message) : ''), cause)
    : cause;
