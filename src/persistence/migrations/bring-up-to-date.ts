import { withConnection } from '../database/with-connection.js';
import { applyGrants } from './apply-grants.js';
import { applyMigrations } from './migrate.js';

export interface BroughtUpToDate {
  /** The names of the migrations that were missing. */
  readonly applied: readonly string[];
  /** What the operator has to do before the application has its role; null for nothing. */
  readonly problem: string | null;
}

/**
 * The migration step: tables, who may do what with them, and that the feed goes on where the data was moved to another
 * server. Needs the owner of the tables if anything is missing.
 */
export const bringUpToDate = async (ownerUrl: string): Promise<BroughtUpToDate> => {
  const applied = await applyMigrations(ownerUrl);
  const problem = await applyGrants(ownerUrl);
  await withConnection(ownerUrl, (client) => client.query(CONTINUE_FEED));
  return { applied, problem };
};

/** Writes nothing where the feed goes on by itself, and nothing on a server that takes no writes. */
const CONTINUE_FEED = `SELECT continue_feed() WHERE current_setting('transaction_read_only') = 'off'`;
