import { Injectable } from '@nestjs/common';
import type { LinePart } from '../../domain/reconciliation/aggregate.js';
import type { Run, RunCounts, RunLegs } from '../../domain/reconciliation/run.js';
import { Database, type Transaction } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { lockBooksOf } from '../statements/statement-postings.js';
import type { Lease } from '../tasks/lease.js';
import { decidedOf, type MatchSums } from './match.repository.js';
import { endedTask } from './runs.repository.js';
import { settle } from './settle.js';
import { settleParts, settleTolerated, takePartsBack } from './settle-by-rule.js';

export interface Outcome {
  readonly inputHash: Uint8Array;
  readonly sums: MatchSums;
  readonly legs: RunLegs;
  readonly counts: RunCounts;
  /** Where the list was not read completely, nothing is cleared by not being found. */
  readonly mayClear: boolean;
  /** What lines for several orders are allocated to. */
  readonly parts: readonly LinePart[];
}

/** Ends a run: what it found becomes breaks, and what a rule settles of it is posted. */
@Injectable()
export class SettlingRepository {
  constructor(private readonly database: Database) {}

  /**
   * In one transaction: the breaks as this run saw them, their events, what rules post, and the run with its result.
   * @returns `moved` if statements or decisions are not those any more that it compared; `elsewhere` if another has taken
   * over its task. Nothing was written.
   */
  complete(lease: Lease, run: Run, outcome: Outcome): Promise<'completed' | 'moved' | 'elsewhere'> {
    return this.database.transaction('READ COMMITTED', async (transaction) => {
      // What they have posted is what is posted here beside.
      await transaction.execute(lockBooksOf(run.provider));
      if (!(await isStill(transaction, run, outcome.sums))) return 'moved';
      const rows = await transaction.query(Prisma.sql`
        WITH done AS MATERIALIZED (${endedTask(lease, 'match')}),
        ${settle(run.id, outcome.mayClear)}
        UPDATE reconciliations c SET status = 'completed', ended_at = now(), input_hash = ${outcome.inputHash}::bytea,
               legs = ${JSON.stringify(outcome.legs)}::jsonb, counts = ${JSON.stringify(outcome.counts)}::jsonb,
               result_hash = (
                 SELECT sha256(COALESCE(string_agg(f.break_key || f.facts_hash, ''::bytea ORDER BY f.break_key), ''::bytea))
                 FROM findings f WHERE f.run_id = c.id AND f.try = c.tries)
        FROM done WHERE c.id = done.subject_id RETURNING c.id`);
      if (rows.length === 0) return 'elsewhere';
      if (run.dryRun) return 'completed';
      await takePartsBack(transaction, run);
      await settleParts(transaction, run, outcome.parts);
      await settleTolerated(transaction, run, outcome.mayClear);
      return 'completed';
    });
  }
}

const isStill = async (transaction: Transaction, { provider }: Run, sums: MatchSums): Promise<boolean> => {
  const [row] = await transaction.query<{ statements: string[] | null; break_versions: string }>(
    Prisma.sql`SELECT ${decidedOf(provider)}`,
  );
  return row?.break_versions === sums.breakVersions && String(row.statements ?? []) === String(sums.statements);
};
