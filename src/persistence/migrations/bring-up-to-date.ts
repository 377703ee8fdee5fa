import { applyGrants } from './apply-grants.js';
import { applyMigrations } from './migrate.js';

export interface BroughtUpToDate {
  /** The names of the migrations that were missing. */
  readonly applied: readonly string[];
  /** What the operator has to do before the application has its role; null for nothing. */
  readonly problem: string | null;
}

/** The migration step: tables, then who may do what with them. Needs the owner of the tables if anything is missing. */
export const bringUpToDate = async (ownerUrl: string): Promise<BroughtUpToDate> => {
  const applied = await applyMigrations(ownerUrl);
  return { applied, problem: await applyGrants(ownerUrl) };
};
