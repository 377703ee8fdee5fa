import { Injectable } from '@nestjs/common';
import { applied, keyCreated } from '../../domain/audit/act.js';
import {
  admissionApproved,
  admissionProposed,
  admissionRejected,
  operatorCreated,
} from '../../domain/audit/operator-acts.js';
import {
  ADMISSION_MS,
  ADMISSION_STATE_NAMES,
  stepsToAdmit,
  type Admission,
  type AdmissionState,
  type KeyWanted,
  type OperatorWanted,
} from '../../domain/operators/admission.js';
import { ROLE_NAMES } from '../../domain/operators/operator.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import { insertOperator, OPERATORS_TENANT } from './operators.repository.js';

export interface AdmissionRequest {
  readonly wanted: KeyWanted | OperatorWanted;
  readonly keyId: string;
  readonly secretHash: Uint8Array<ArrayBuffer> | null;
  readonly idempotencyKey: string;
  /** SHA-256 of the canonical payload. */
  readonly fingerprint: Uint8Array<ArrayBuffer>;
}

const SELECT = Prisma.sql`
  SELECT a.*, a.state = 'proposed' AND a.expires_at <= now() AS has_expired, p.name AS proposer, d.name AS decider
  FROM admissions a LEFT JOIN operators p ON p.id = a.proposed_by LEFT JOIN operators d ON d.id = a.decided_by`;

/** A key of the tenant in `tenant_id` of the rows of `source`. */
const insertAdmittedKey = (source: Prisma.Sql): Prisma.Sql => Prisma.sql`
  INSERT INTO api_keys (id, tenant_id, name, secret_hash, scopes, expires_at)
  SELECT a.key_id, a.tenant_id, a.name, a.secret_hash, a.scopes, a.key_expires_at FROM ${source} a`;

/** Requests to let machines and people in. What lets somebody in is one statement with what is made of it. */
@Injectable()
export class AdmissionsRepository {
  constructor(private readonly database: Database) {}

  /** What was asked for under this key before. @returns null if nothing was. */
  async findByKey(
    keyId: string,
    idempotencyKey: string,
  ): Promise<{ readonly admission: Admission; readonly fingerprint: Uint8Array } | null> {
    const [row] = await this.database.query<AdmissionRow>(Prisma.sql`
      ${SELECT} WHERE a.proposed_key_id = ${keyId}::text AND a.idempotency_key = ${idempotencyKey}::text`);
    return row ? { admission: admissionFromRow(row), fingerprint: row.fingerprint } : null;
  }

  /** @returns null if there is none. */
  async find(id: string): Promise<Admission | null> {
    const [row] = await this.database.query<AdmissionRow>(Prisma.sql`${SELECT} WHERE a.id = ${id}::text`);
    return row ? admissionFromRow(row) : null;
  }

  /** In a state, newest first, before the one of this id. */
  async list(state: AdmissionState, before: string | null, limit: number): Promise<Admission[]> {
    const inState =
      state === 'expired'
        ? Prisma.sql`a.state = 'proposed' AND a.expires_at <= now()`
        : Prisma.sql`a.state = ${state}::text AND (a.state <> 'proposed' OR a.expires_at > now())`;
    const rows = await this.database.query<AdmissionRow>(Prisma.sql`
      ${SELECT} WHERE ${inState} AND (${before}::text IS NULL OR a.id < ${before}::text)
      ORDER BY a.id DESC LIMIT ${limit}::int`);
    return rows.map(admissionFromRow);
  }

  /**
   * Asks for somebody to be let in; what one person may decide is done at once.
   * @returns null if there is no such tenant, or the key was used before. Then nothing was written.
   */
  async request(request: AdmissionRequest, by: RequestActor): Promise<string | null> {
    const { wanted, keyId, secretHash, idempotencyKey, fingerprint } = request;
    const id = newId('adm');
    const steps = stepsToAdmit(wanted);
    const key = wanted.kind === 'key' ? wanted : null;
    const operator = wanted.kind === 'operator' ? wanted : null;
    const tenant = key
      ? Prisma.sql`FROM tenants t WHERE t.id = ${key.tenantId}::text AND t.revoked_at IS NULL`
      : Prisma.empty;
    const [row] = await this.database.query<{ id: string }>(Prisma.sql`
      WITH asked AS (
        INSERT INTO admissions (
          id, kind, state, steps, key_id, secret_hash, name, tenant_id, scopes, key_expires_at, operator_id, email, role,
          proposed_by, proposed_key_id, idempotency_key, fingerprint, expires_at)
        SELECT ${id}::text, ${wanted.kind}::text, ${steps === 1 ? 'admitted' : 'proposed'}::text, ${steps}::int, ${keyId}::text,
               ${secretHash}::bytea, ${wanted.name}::text, ${key?.tenantId ?? null}::text, ${key?.scopes ?? []}::text[],
               ${key?.expiresAt ?? null}::timestamptz, ${operator?.operatorId ?? null}::text, ${operator?.email ?? null}::text,
               ${operator?.role ?? null}::text, ${by.operator?.id ?? null}::text, ${by.keyId}::text, ${idempotencyKey}::text,
               ${fingerprint}::bytea, now() + ${steps === 1 ? null : ADMISSION_MS}::float8 * interval '1 millisecond'
        ${tenant}
        ON CONFLICT (proposed_key_id, idempotency_key) DO NOTHING RETURNING *)
        ${steps === 1 ? Prisma.sql`, key AS (${insertAdmittedKey(Prisma.sql`asked`)})` : Prisma.empty}
      SELECT id, ${recordAct(applied(by, key && steps === 1 ? keyCreated(keyId, key) : admissionProposed(id, wanted)))} FROM asked`);
    return row?.id ?? null;
  }

  /**
   * A second person lets them in. It is admitted by what is made of it: of two with one email address that are let in at
   * once, the second makes nobody, and stays open.
   * @returns false if it was decided on before, its time is over, its tenant has ended, its email address is taken, or one
   * of the two may not any more.
   */
  async approve({ id, wanted, keyId, hasSecret }: Admission, operatorId: string, by: RequestActor): Promise<boolean> {
    const made =
      wanted.kind === 'key'
        ? {
            ctes: Prisma.sql`created AS (${insertAdmittedKey(Prisma.sql`open`)} RETURNING id)`,
            act: keyCreated(keyId, wanted),
          }
        : {
            ctes: insertOperator(wanted, hasSecret ? KEY_OF_ADMISSION : null, Prisma.sql`open`),
            act: operatorCreated(wanted.operatorId, wanted.role),
          };
    const subject = wanted.kind === 'key' ? keyId : wanted.operatorId;
    const recorded = await this.database.query(Prisma.sql`
      WITH open AS (
        SELECT a.* FROM admissions a
        WHERE a.id = ${id}::text AND a.state = 'proposed' AND a.expires_at > now() AND a.proposed_by <> ${operatorId}::text
          AND (a.key_expires_at IS NULL OR a.key_expires_at > now())
          AND (a.tenant_id IS NULL OR EXISTS (SELECT FROM tenants t WHERE t.id = a.tenant_id AND t.revoked_at IS NULL))
          AND may_act(${operatorId}::text, 'ops:admin') AND may_act(a.proposed_by, 'ops:admin')
        FOR NO KEY UPDATE),
      ${made.ctes},
      admitted AS (
        UPDATE admissions a SET state = 'admitted', decided_by = ${operatorId}::text, decided_at = now()
        FROM open, created WHERE a.id = open.id RETURNING a.id)
      SELECT ${recordAct(applied(by, admissionApproved(id, subject)))}, ${recordAct(applied(by, made.act))} FROM admitted`);
    return recorded.length === 1;
  }

  /** @returns false if it was decided on before, or its time is over. */
  async reject(id: string, operatorId: string, by: RequestActor): Promise<boolean> {
    const recorded = await this.database.query(Prisma.sql`
      WITH rejected AS (
        UPDATE admissions a SET state = 'rejected', decided_by = ${operatorId}::text, decided_at = now()
        WHERE a.id = ${id}::text AND a.state = 'proposed' AND a.expires_at > now() RETURNING id)
      SELECT ${recordAct(applied(by, admissionRejected(id)))} FROM rejected`);
    return recorded.length === 1;
  }
}

const KEY_OF_ADMISSION = Prisma.sql`
  INSERT INTO api_keys (id, tenant_id, operator_id, name, secret_hash, scopes)
  SELECT a.key_id, ${OPERATORS_TENANT}::text, a.operator_id, a.name, a.secret_hash, '{}' FROM open a, created`;

interface AdmissionRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly has_expired: boolean;
  readonly key_id: string;
  readonly secret_hash: Uint8Array | null;
  readonly name: string;
  readonly tenant_id: string | null;
  readonly scopes: readonly string[];
  readonly key_expires_at: Date | null;
  readonly operator_id: string | null;
  readonly email: string | null;
  readonly role: string | null;
  readonly proposed_by: string | null;
  readonly proposer: string | null;
  readonly fingerprint: Uint8Array;
  readonly proposed_at: Date;
  readonly expires_at: Date | null;
  readonly decided_by: string | null;
  readonly decider: string | null;
  readonly decided_at: Date | null;
}

const person = (id: string | null, name: string | null): Admission['proposedBy'] =>
  id === null ? null : { id, name: name ?? '' };

const admissionFromRow = (row: AdmissionRow): Admission => ({
  id: row.id,
  wanted:
    row.kind === 'key'
      ? {
          kind: 'key',
          name: row.name,
          tenantId: row.tenant_id ?? '',
          scopes: row.scopes,
          expiresAt: row.key_expires_at,
        }
      : {
          kind: 'operator',
          operatorId: row.operator_id ?? '',
          name: row.name,
          email: row.email ?? '',
          role: readWord(ROLE_NAMES)(row.role),
        },
  state: row.has_expired ? 'expired' : readWord(ADMISSION_STATE_NAMES)(row.state),
  keyId: row.key_id,
  hasSecret: row.secret_hash !== null,
  proposedBy: person(row.proposed_by, row.proposer),
  proposedAt: row.proposed_at,
  expiresAt: row.expires_at,
  decidedBy: person(row.decided_by, row.decider),
  decidedAt: row.decided_at,
});
