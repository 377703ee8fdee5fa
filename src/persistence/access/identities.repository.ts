import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { operatorLinked } from '../../domain/audit/operator-acts.js';
import { ROLE_NAMES, type ActingOperator } from '../../domain/operators/operator.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { insertKey, type NewOperatorKey } from './operators.repository.js';

/** An account at an identity provider: the two together are one person, whatever they are called there. */
export interface Account {
  readonly issuer: string;
  readonly subject: string;
}

export interface LinkedOperator {
  readonly operator: ActingOperator;
  readonly isDisabled: boolean;
  /** What their sessions hang on; null where it has ended, as with the replacement of their keys. */
  readonly keyId: string | null;
}

/** Which account at an identity provider is whose. */
@Injectable()
export class IdentitiesRepository {
  constructor(private readonly database: Database) {}

  /** @returns null if the account is nobody's. */
  async find({ issuer, subject }: Account): Promise<LinkedOperator | null> {
    const [row] = await this.database.query<LinkedRow>(Prisma.sql`
      SELECT p.id, p.name, p.role, p.disabled_at, CASE WHEN k.revoked_at IS NULL THEN k.id END AS key_id
      FROM operator_identities i JOIN operators p ON p.id = i.operator_id JOIN api_keys k ON k.id = i.key_id
      WHERE i.issuer = ${issuer}::text AND i.subject = ${subject}::text`);
    return row
      ? {
          operator: { id: row.id, name: row.name, role: readWord(ROLE_NAMES)(row.role) },
          isDisabled: row.disabled_at !== null,
          keyId: row.key_id,
        }
      : null;
  }

  /**
   * Makes the account that of an operator who has none at this issuer.
   * @returns false if they have another one, or are disabled, or the account is somebody's. Then nothing was written.
   */
  async link({ issuer, subject }: Account, key: NewOperatorKey, by: RequestActor): Promise<boolean> {
    const operator = by.operator?.id ?? null;
    const recorded = await this.database.query(Prisma.sql`
      WITH linked AS (
        INSERT INTO operator_identities (issuer, subject, operator_id, key_id)
        SELECT ${issuer}::text, ${subject}::text, p.id, ${key.keyId}::text
        FROM operators p WHERE p.id = ${operator}::text AND p.disabled_at IS NULL
        ON CONFLICT DO NOTHING RETURNING operator_id AS id),
      key AS (${insertKey(key, KEY_NAME, Prisma.sql`linked`)})
      SELECT ${recordAct(applied(by, operatorLinked(operator ?? '', issuer)))} FROM linked`);
    return recorded.length === 1;
  }

  /** Gives the account another key, where the one before has ended. @returns false if somebody was faster. */
  async renewKey({ issuer, subject }: Account, key: NewOperatorKey): Promise<boolean> {
    const renewed = await this.database.query(Prisma.sql`
      WITH renewed AS (
        UPDATE operator_identities i SET key_id = ${key.keyId}::text FROM api_keys k
        WHERE i.issuer = ${issuer}::text AND i.subject = ${subject}::text AND k.id = i.key_id AND k.revoked_at IS NOT NULL
        RETURNING i.operator_id AS id),
      key AS (${insertKey(key, KEY_NAME, Prisma.sql`renewed`)})
      SELECT id FROM renewed`);
    return renewed.length === 1;
  }
}

const KEY_NAME = 'sign-in by the identity provider';

interface LinkedRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly disabled_at: Date | null;
  readonly key_id: string | null;
}
