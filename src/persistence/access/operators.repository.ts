import { Injectable } from '@nestjs/common';
import { applied, keyCreated } from '../../domain/audit/act.js';
import {
  operatorCreated,
  operatorDisabled,
  operatorKeyReplaced,
  operatorRoleChanged,
} from '../../domain/audit/operator-acts.js';
import { ROLE_NAMES, type ActingOperator, type Operator, type Role } from '../../domain/operators/operator.js';
import type { Actor } from '../../domain/orders/cause.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';

/** A key is of a tenant: those of operators are of this one, which buys nothing. Made with the first operator. */
export const OPERATORS_TENANT = 'ten_00000000000000000000000001';

export interface NewOperatorKey {
  readonly keyId: string;
  readonly secretHash: Uint8Array<ArrayBuffer>;
}

/** The operators and their keys. Who changes something of them is recorded in the same statement. */
@Injectable()
export class OperatorsRepository {
  constructor(private readonly database: Database) {}

  /** @returns null if there is one with this email address, disabled or not. */
  async create(
    { name, email, role }: Pick<Operator, 'name' | 'email' | 'role'>,
    key: NewOperatorKey,
    by: Actor,
  ): Promise<Operator | null> {
    const id = this.nextId();
    const [row] = await this.database.query<{ created_at: Date }>(Prisma.sql`
      WITH one AS (SELECT),
      ${insertOperator({ operatorId: id, name, email, role }, insertKey(key, name, Prisma.sql`created`), Prisma.sql`one`)}
      SELECT created_at, ${recordAct(applied(by, operatorCreated(id, role)))}, ${recordAct(applied(by, ofKey(key)))}
      FROM created`);
    return row ? { id, name, email, role, createdAt: row.created_at, disabledAt: null } : null;
  }

  /** The id of one who is about to be made. */
  nextId(): string {
    return newId('opr');
  }

  /** Whether somebody has this email address, disabled or not. */
  async isKnown(email: string): Promise<boolean> {
    const rows = await this.database.query(Prisma.sql`SELECT id FROM operators WHERE email = ${email}::text`);
    return rows.length > 0;
  }

  /** Who could be linked to an account with this email address. @returns null if nobody has it who is not disabled. */
  async findByEmail(email: string): Promise<ActingOperator | null> {
    const [row] = await this.database.query<Pick<OperatorRow, 'id' | 'name' | 'role'>>(Prisma.sql`
      SELECT id, name, role FROM operators WHERE email = ${email}::text AND disabled_at IS NULL`);
    return row ? { id: row.id, name: row.name, role: readWord(ROLE_NAMES)(row.role) } : null;
  }

  /** Whether they may do what a scope opens, now: those who call are known to be what they were up to 5 s ago. */
  async mayAct(
    id: string,
    scope: 'ops:act' | 'ops:approve' | 'ops:admin' | 'finance:write' | 'finance:approve',
  ): Promise<boolean> {
    const [row] = await this.database.query<{ may: boolean }>(Prisma.sql`
      SELECT may_act(${id}::text, ${scope}::text) AS may`);
    return row?.may ?? false;
  }

  /** Newest last. */
  async list(): Promise<Operator[]> {
    const rows = await this.database.query<OperatorRow>(Prisma.sql`
      SELECT id, name, email, role, created_at, disabled_at FROM operators ORDER BY created_at, id`);
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      email: row.email,
      role: readWord(ROLE_NAMES)(row.role),
      createdAt: row.created_at,
      disabledAt: row.disabled_at,
    }));
  }

  /** @returns false if there is no such operator, they are disabled, or they have this role. */
  async changeRole(id: string, role: Role, by: Actor): Promise<boolean> {
    const [known] = await this.database.query<{ role: string }>(Prisma.sql`
      SELECT role FROM operators WHERE id = ${id}::text`);
    if (!known) return false;
    const before = readWord(ROLE_NAMES)(known.role);
    const recorded = await this.database.query(Prisma.sql`
      WITH changed AS (
        UPDATE operators SET role = ${role}::text
        WHERE id = ${id}::text AND disabled_at IS NULL AND role = ${before}::text AND role <> ${role}::text RETURNING id)
      SELECT ${recordAct(applied(by, operatorRoleChanged(id, before, role)))} FROM changed`);
    return recorded.length === 1;
  }

  /**
   * Ends every key of an operator, and with it their sessions, and gives them this one.
   * @returns false if there is no such operator, or they are disabled.
   */
  async replaceKey(id: string, key: NewOperatorKey, by: Actor): Promise<boolean> {
    const recorded = await this.database.query(Prisma.sql`
      WITH operator AS (
        SELECT id, name FROM operators WHERE id = ${id}::text AND disabled_at IS NULL FOR NO KEY UPDATE),
      ended AS (
        UPDATE api_keys k SET revoked_at = now() FROM operator p WHERE k.operator_id = p.id AND k.revoked_at IS NULL),
      key AS (${insertKey(key, Prisma.sql`operator.name`, Prisma.sql`operator`)})
      SELECT ${recordAct(applied(by, operatorKeyReplaced(id)))}, ${recordAct(applied(by, ofKey(key)))} FROM operator`);
    return recorded.length === 1;
  }

  /**
   * Ends all access of an operator, for good. What they did stays theirs.
   * @returns false if there is no such operator, or they were disabled before.
   */
  async disable(id: string, by: Actor): Promise<boolean> {
    const recorded = await this.database.query(Prisma.sql`
      WITH changed AS (
        UPDATE operators SET disabled_at = now() WHERE id = ${id}::text AND disabled_at IS NULL RETURNING id)
      SELECT ${recordAct(applied(by, operatorDisabled(id)))} FROM changed`);
    return recorded.length === 1;
  }
}

interface OperatorRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly created_at: Date;
  readonly disabled_at: Date | null;
}

/** Makes an operator, if `source` has a row and nobody has the email address: `created` says so. */
export const insertOperator = (
  { operatorId, name, email, role }: Pick<Operator, 'name' | 'email' | 'role'> & { readonly operatorId: string },
  key: Prisma.Sql | null,
  source: Prisma.Sql,
): Prisma.Sql => Prisma.sql`
  tenant AS (
    INSERT INTO tenants (id, name) SELECT ${OPERATORS_TENANT}::text, 'Operators' FROM ${source} ON CONFLICT DO NOTHING),
  created AS (
    INSERT INTO operators (id, name, email, role)
    SELECT ${operatorId}::text, ${name}::text, ${email}::text, ${role}::text FROM ${source}
    ON CONFLICT (email) DO NOTHING RETURNING id, created_at)
  ${key ? Prisma.sql`, key AS (${key})` : Prisma.empty}`;

/** Gives a key to the operators of `of`, which has their id. */
export const insertKey = (
  { keyId, secretHash }: NewOperatorKey,
  name: string | Prisma.Sql,
  of: Prisma.Sql,
): Prisma.Sql =>
  Prisma.sql`
    INSERT INTO api_keys (id, tenant_id, operator_id, name, secret_hash, scopes)
    SELECT ${keyId}::text, ${OPERATORS_TENANT}::text, ${of}.id, ${name}::text, ${secretHash}::bytea, '{}' FROM ${of}`;

const ofKey = ({ keyId }: NewOperatorKey) =>
  keyCreated(keyId, { tenantId: OPERATORS_TENANT, scopes: [], expiresAt: null });
