import pg from 'pg';
import { InvalidEnvironmentError } from '../../config/environment.js';
import { KEEP_ALIVE } from './connection-limits.js';

/** A start waits no longer than this for a server that does not respond. */
const CONNECT_MS = 10_000;

/**
 * Lends a connection of its own, as a start needs before there is a pool, and ends it afterwards. Throws
 * InvalidEnvironmentError if the role may not do what is asked of it.
 */
export const withConnection = async <T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, ...KEEP_ALIVE });
  // A connection that is lost rejects the statement that was under way.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } catch (thrown) {
    if (!(thrown instanceof pg.DatabaseError) || thrown.code !== '42501') throw thrown;
    throw new InvalidEnvironmentError([`${thrown.message}: ${WRONG_ROLE}`]);
  } finally {
    await client.end();
  }
};

const WRONG_ROLE =
  'migrations need the owner of the tables (DIRECT_DATABASE_URL, or else DATABASE_URL), and what runs after them needs GRANT gateway_app to the role of DATABASE_URL';
