import pg from 'pg';
import { KEEP_ALIVE } from './connection-limits.js';

/** A start waits no longer than this for a server that does not respond. */
const CONNECT_MS = 10_000;

/** Lends a connection of its own, as a start needs before there is a pool, and ends it afterwards. */
export const withConnection = async <T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, ...KEEP_ALIVE });
  // A connection that is lost rejects the statement that was under way.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
};

/** Rejects as a connection does that cannot be made. */
export const canConnect = (url: string): Promise<unknown> => withConnection(url, async () => undefined);
