import type { ActRecord } from '../../domain/audit/act.js';
import type { Actor } from '../../domain/orders/cause.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';

/**
 * Records an act, as an expression: `WITH changed AS (UPDATE …) SELECT ${recordAct(record)} FROM changed`. Then the act
 * and its row are one statement, and neither is there without the other. It has to be part of what the statement returns:
 * what nothing refers to, PostgreSQL does not call. Every other act waits from here until the commit, so select from what
 * has changed: then the rows of the act are locked already.
 */
export const recordAct = (record: ActRecord): Prisma.Sql => Prisma.sql`record_act(${actJson(record)}::jsonb)`;

/** The same as a column of rows that there may be many or none of: once if there is any in `source`. */
export const recordOnce = (record: ActRecord, source: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`(SELECT ${recordAct(record)} FROM (SELECT FROM ${source} LIMIT 1) AS any_row)`;

const actJson = ({ by, type, subject, before, after, reason, outcome, problemCode }: ActRecord): string =>
  JSON.stringify({
    id: newId('aud'),
    ...actorColumns(by),
    act: type,
    subject,
    before,
    after,
    reason,
    outcome,
    problem_code: problemCode,
  });

const actorColumns = (by: Actor): object => {
  switch (by.by) {
    case 'request':
      return {
        key_id: by.keyId,
        request_id: by.requestId,
        operator_id: by.operator?.id ?? null,
        session_id: by.operator?.sessionId ?? null,
      };
    case 'operator':
      return { operator: by.name };
  }
};
