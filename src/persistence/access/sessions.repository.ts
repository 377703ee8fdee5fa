import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { sessionEnded, sessionOpened } from '../../domain/audit/operator-acts.js';
import { ROLE_NAMES, type ActingOperator } from '../../domain/operators/operator.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import { IS_GOOD_KEY, IS_OPEN_SESSION } from './good-key.js';

export interface GoodSession {
  readonly id: string;
  readonly keyId: string;
  readonly tenantId: string;
  readonly operator: ActingOperator;
  readonly expiresAt: Date;
}

/** The sessions of operators' browsers, found by the hash of their token, in hexadecimal digits. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  async open(
    { operatorId, tokenHash, lastsMs }: { operatorId: string; tokenHash: string; lastsMs: number },
    by: RequestActor,
  ): Promise<{ readonly expiresAt: Date }> {
    const id = newId('ses');
    const [row] = await this.database.query<{ expires_at: Date }>(Prisma.sql`
      WITH opened AS (
        INSERT INTO operator_sessions (id, token_hash, operator_id, key_id, expires_at)
        VALUES (${id}::text, decode(${tokenHash}::text, 'hex'), ${operatorId}::text, ${by.keyId}::text,
                now() + ${lastsMs}::float8 * interval '1 millisecond')
        RETURNING expires_at)
      SELECT expires_at, ${recordAct(applied(by, sessionOpened(id)))} FROM opened`);
    if (!row) throw new Error('the session was not opened');
    return { expiresAt: row.expires_at };
  }

  /** @returns false if it had ended before. */
  async end(id: string, by: RequestActor): Promise<boolean> {
    const recorded = await this.database.query(Prisma.sql`
      WITH ended AS (
        UPDATE operator_sessions SET ended_at = now() WHERE id = ${id}::text AND ended_at IS NULL RETURNING id)
      SELECT ${recordAct(applied(by, sessionEnded(id)))} FROM ended`);
    return recorded.length === 1;
  }

  /**
   * Those that have not ended: by their own end, for want of requests, or with what makes their key good. They are seen now,
   * which is written once a minute.
   */
  async findGood(hashes: readonly string[]): Promise<ReadonlyMap<string, GoodSession>> {
    const rows = await this.database.query<SessionRow>(Prisma.sql`
      WITH good AS (
        SELECT s.id, encode(s.token_hash, 'hex') AS hash, s.expires_at, s.last_seen_at, s.key_id, k.tenant_id,
               p.id AS operator_id, p.name, p.role
        FROM operator_sessions s JOIN api_keys k ON k.id = s.key_id JOIN tenants t ON t.id = k.tenant_id
        JOIN operators p ON p.id = s.operator_id
        WHERE s.token_hash IN (SELECT decode(h, 'hex') FROM unnest(${hashes}::text[]) AS h)
          AND ${IS_OPEN_SESSION} AND ${IS_GOOD_KEY}),
      seen AS (
        UPDATE operator_sessions s SET last_seen_at = now() FROM good
        WHERE s.id = good.id AND good.last_seen_at < now() - interval '1 minute')
      SELECT * FROM good`);
    return new Map(rows.map((row) => [row.hash, sessionFromRow(row)]));
  }
}

interface SessionRow {
  readonly id: string;
  readonly hash: string;
  readonly expires_at: Date;
  readonly key_id: string;
  readonly tenant_id: string;
  readonly operator_id: string;
  readonly name: string;
  readonly role: string;
}

const sessionFromRow = (row: SessionRow): GoodSession => ({
  id: row.id,
  keyId: row.key_id,
  tenantId: row.tenant_id,
  operator: { id: row.operator_id, name: row.name, role: readWord(ROLE_NAMES)(row.role) },
  expiresAt: row.expires_at,
});
