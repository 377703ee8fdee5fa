import type pg from 'pg';
import { InvalidEnvironmentError } from '../../config/environment.js';
import { withConnection } from './with-connection.js';

export type DatabaseEnvironment = 'live' | 'development';

/** One line for whoever has given a process the wrong database. */
const REFUSED: Readonly<Record<DatabaseEnvironment, string>> = {
  live: 'DATABASE_URL is a live database: set NODE_ENV=production, or DATABASE_URL to a database for development',
  development:
    'DATABASE_URL is a database for development, whose orders were not bought: production needs one of its own',
};

/**
 * Throws if the database is marked for something else than this process. Before anything is written to it, migrations
 * included.
 */
export const refuseOtherEnvironment = (url: string, environment: DatabaseEnvironment): Promise<void> =>
  withConnection(url, (client) => refuseMarkedOtherwise(client, environment));

/**
 * Marks a database that is not marked yet; of two processes that start at once on a new one, one is refused. Nothing is
 * written to one that is, so that a start on a standby goes on.
 */
export const markEnvironment = (url: string, environment: DatabaseEnvironment): Promise<void> =>
  withConnection(url, async (client) => {
    const mark = 'INSERT INTO database_environment (environment) VALUES ($1) ON CONFLICT DO NOTHING';
    if ((await markOf(client)) === null) await client.query(mark, [environment]);
    await refuseMarkedOtherwise(client, environment);
  });

const refuseMarkedOtherwise = async (client: pg.Client, environment: DatabaseEnvironment): Promise<void> => {
  const marked = await markOf(client);
  if (marked !== null && marked !== environment) throw new InvalidEnvironmentError([REFUSED[marked]]);
};

const markOf = async (client: pg.Client): Promise<DatabaseEnvironment | null> => {
  const { rows: known } = await client.query<{ known: boolean }>(
    `SELECT to_regclass('database_environment') IS NOT NULL AS known`,
  );
  if (!known[0]?.known) return null;
  const { rows } = await client.query<{ environment: DatabaseEnvironment }>(
    'SELECT environment FROM database_environment',
  );
  return rows[0]?.environment ?? null;
};
