import { Injectable } from '@nestjs/common';
import { ROLE_NAMES, type ActingOperator, type Operator } from '../../domain/operators/operator.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { IS_GOOD_KEY, IS_OPEN_SESSION } from './good-key.js';

/** Where a page of keys ends: the position of its last row. Ids of keys are random. */
export interface KeyPosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** A key, without its secret. */
export interface ListedKey {
  readonly id: string;
  readonly tenant: { readonly id: string; readonly name: string };
  readonly name: string;
  readonly scopes: readonly string[];
  /** Whose it is; null for a machine's. */
  readonly operator: Pick<ActingOperator, 'id' | 'name'> | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** To the minute; null for never. */
  readonly lastUsedAt: Date | null;
}

export interface ListedOperator extends Operator {
  /** Of the sessions of their browsers, to the minute; null for none. */
  readonly lastSeenAt: Date | null;
  /** The identity provider at which they have an account; null for none. */
  readonly issuer: string | null;
}

export interface ListedSession {
  readonly id: string;
  readonly operator: ActingOperator;
  readonly keyId: string;
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

/** Who has a way in, for admins to look at. */
@Injectable()
export class AccessListsRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async keys(tenantId: string | null, after: KeyPosition | null, limit: number): Promise<ListedKey[]> {
    const rows = await this.keyRows(Prisma.sql`
      WHERE (${tenantId}::text IS NULL OR k.tenant_id = ${tenantId}::text)
        AND (${after?.id ?? null}::text IS NULL OR (k.created_at, k.id) < (${after?.createdAt ?? null}::timestamptz, ${after?.id ?? null}::text))
      ORDER BY k.created_at DESC, k.id DESC LIMIT ${limit}::int`);
    return rows.map(keyFromRow);
  }

  /** @returns null if there is no such key. */
  async key(id: string): Promise<ListedKey | null> {
    const [row] = await this.keyRows(Prisma.sql`WHERE k.id = ${id}::text`);
    return row ? keyFromRow(row) : null;
  }

  /** Newest first, before the one of this id. */
  async operators(before: string | null, limit: number): Promise<ListedOperator[]> {
    const rows = await this.operatorRows(Prisma.sql`
      WHERE ${before}::text IS NULL OR p.id < ${before}::text ORDER BY p.id DESC LIMIT ${limit}::int`);
    return rows.map(operatorFromRow);
  }

  /** @returns null if there is no such operator. */
  async operator(id: string): Promise<ListedOperator | null> {
    const [row] = await this.operatorRows(Prisma.sql`WHERE p.id = ${id}::text`);
    return row ? operatorFromRow(row) : null;
  }

  /** Those that are good, newest first, before the one of this id. */
  async sessions(before: string | null, limit: number): Promise<ListedSession[]> {
    const rows = await this.database.query<SessionRow>(Prisma.sql`
      SELECT s.id, s.key_id, s.created_at, s.last_seen_at, s.expires_at, p.id AS operator_id, p.name, p.role
      FROM operator_sessions s JOIN operators p ON p.id = s.operator_id JOIN api_keys k ON k.id = s.key_id
      JOIN tenants t ON t.id = k.tenant_id
      WHERE ${IS_OPEN_SESSION} AND ${IS_GOOD_KEY} AND (${before}::text IS NULL OR s.id < ${before}::text)
      ORDER BY s.id DESC LIMIT ${limit}::int`);
    return rows.map((row) => ({
      id: row.id,
      operator: { id: row.operator_id, name: row.name, role: readWord(ROLE_NAMES)(row.role) },
      keyId: row.key_id,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      expiresAt: row.expires_at,
    }));
  }

  private keyRows(rest: Prisma.Sql): Promise<readonly KeyRow[]> {
    return this.database.query<KeyRow>(Prisma.sql`
      SELECT k.id, k.name, k.scopes, k.created_at, k.expires_at, k.revoked_at, k.last_used_at, t.id AS tenant_id,
             t.name AS tenant_name, p.id AS operator_id, p.name AS operator_name
      FROM api_keys k JOIN tenants t ON t.id = k.tenant_id LEFT JOIN operators p ON p.id = k.operator_id ${rest}`);
  }

  private operatorRows(rest: Prisma.Sql): Promise<readonly OperatorRow[]> {
    return this.database.query<OperatorRow>(Prisma.sql`
      SELECT p.id, p.name, p.email, p.role, p.created_at, p.disabled_at,
             (SELECT max(s.last_seen_at) FROM operator_sessions s WHERE s.operator_id = p.id) AS last_seen_at,
             (SELECT max(i.issuer) FROM operator_identities i WHERE i.operator_id = p.id) AS issuer
      FROM operators p ${rest}`);
  }
}

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly operator_id: string | null;
  readonly operator_name: string | null;
}

const keyFromRow = (row: KeyRow): ListedKey => ({
  id: row.id,
  tenant: { id: row.tenant_id, name: row.tenant_name },
  name: row.name,
  scopes: row.scopes,
  operator: row.operator_id === null ? null : { id: row.operator_id, name: row.operator_name ?? '' },
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  lastUsedAt: row.last_used_at,
});

interface OperatorRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly created_at: Date;
  readonly disabled_at: Date | null;
  readonly last_seen_at: Date | null;
  readonly issuer: string | null;
}

const operatorFromRow = (row: OperatorRow): ListedOperator => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: readWord(ROLE_NAMES)(row.role),
  createdAt: row.created_at,
  disabledAt: row.disabled_at,
  lastSeenAt: row.last_seen_at,
  issuer: row.issuer,
});

interface SessionRow {
  readonly id: string;
  readonly key_id: string;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly expires_at: Date;
  readonly operator_id: string;
  readonly name: string;
  readonly role: string;
}
