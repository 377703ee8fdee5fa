import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

/** What is pruned, each by a function of the database that keeps to its own rule, whoever calls it. */
const FUNCTIONS = {
  quotes: 'prune_quotes',
  requests: 'prune_requests',
  callbacks: 'prune_callbacks',
  claims: 'prune_claims',
  responses: 'prune_responses',
  answers: 'prune_answers',
  calls: 'prune_calls',
  uploads: 'prune_uploads',
  runs: 'prune_runs',
  lists: 'prune_lists',
} as const;
export type Prunable = keyof typeof FUNCTIONS;

@Injectable()
export class RetentionRepository {
  constructor(private readonly database: Database) {}

  /**
   * Prunes at most `limit` rows that are older than `days`, oldest first, in one short transaction. Rows that another
   * process holds are passed over.
   * @returns how many it was done with; fewer than `limit`: nothing is left for now.
   */
  async prune(what: Prunable, days: number, limit: number): Promise<number> {
    const [row] = await this.database.query<{ done: number }>(
      Prisma.sql`SELECT ${Prisma.raw(FUNCTIONS[what])}(${days}::int, ${limit}::int) AS done`,
    );
    return row?.done ?? 0;
  }
}
