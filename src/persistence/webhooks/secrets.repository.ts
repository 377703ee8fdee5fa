import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import type { SealedSecret } from '../../domain/webhooks/secret.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { secretsFromJson, secretsJson } from './endpoint-rows.js';

/** Whose secrets: an endpoint's own, or those of a tenant for the callback addresses of its orders. */
export const SECRET_HOLDERS = ['endpoint', 'tenant'] as const;
export type SecretHolder = (typeof SECRET_HOLDERS)[number];

const TABLES: Readonly<Record<SecretHolder, Prisma.Sql>> = {
  endpoint: Prisma.sql`webhook_endpoints`,
  tenant: Prisma.sql`tenants`,
};
const COLUMNS: Readonly<Record<SecretHolder, Prisma.Sql>> = {
  endpoint: Prisma.sql`secrets`,
  tenant: Prisma.sql`callback_secrets`,
};

export interface HeldSecrets {
  readonly id: string;
  readonly secrets: readonly SealedSecret[];
  /** The column as it was read: a change is written only where it still says this. */
  readonly asRead: string;
  readonly readAt: Date;
}

interface HeldRow {
  readonly id: string;
  readonly secrets: unknown;
  readonly as_read: string;
  readonly read_at: Date;
}

/** The secrets that sign webhooks, sealed. Only a process that has the keys can open them. */
@Injectable()
export class SecretsRepository {
  constructor(private readonly database: Database) {}

  /** Whether callbacks of the tenant can be signed. */
  async hasCallbackSecret(tenantId: string): Promise<boolean> {
    const held = await this.ofTenant(tenantId);
    return held !== null && held.secrets.length > 0;
  }

  /** @returns null if there is no such tenant. */
  async ofTenant(tenantId: string): Promise<HeldSecrets | null> {
    const [row] = await this.database.query<HeldRow>(Prisma.sql`
      SELECT h.id, h.callback_secrets AS secrets, h.callback_secrets::text AS as_read, now() AS read_at
      FROM tenants h WHERE h.id = ${tenantId}::text`);
    return row ? heldFromRow(row) : null;
  }

  /**
   * `record`: null where the secrets stay the same and are only sealed anew.
   * @returns false if they have changed since they were read; nothing was written then.
   */
  async replace(
    holder: SecretHolder,
    { id, asRead }: HeldSecrets,
    secrets: readonly SealedSecret[],
    record: ActRecord | null,
  ): Promise<boolean> {
    const column = COLUMNS[holder];
    // An endpoint counts its changes, so that one that is under way does not write back what is replaced here.
    const counted = holder === 'endpoint' ? Prisma.sql`, version = h.version + 1` : Prisma.empty;
    const changed = await this.database.query(Prisma.sql`
      WITH changed AS (
        UPDATE ${TABLES[holder]} h SET ${column} = ${secretsJson(secrets)}::jsonb ${counted}
        WHERE h.id = ${id}::text AND h.${column} = ${asRead}::jsonb
        RETURNING h.id)
      SELECT ${record ? recordAct(record) : Prisma.sql`id`} FROM changed`);
    return changed.length === 1;
  }

  /** Holders after `after` of which a secret is sealed with another key than this one, in the order of their ids. */
  async sealedOtherwise(holder: SecretHolder, keyId: string, after: string, limit: number): Promise<HeldSecrets[]> {
    const column = COLUMNS[holder];
    const rows = await this.database.query<HeldRow>(Prisma.sql`
      SELECT h.id, h.${column} AS secrets, h.${column}::text AS as_read, now() AS read_at FROM ${TABLES[holder]} h
      WHERE h.id > ${after}::text
        AND jsonb_path_exists(h.${column}, '$[*] ? (@.key_id != $key)', jsonb_build_object('key', ${keyId}::text))
      ORDER BY h.id LIMIT ${limit}::int`);
    return rows.map(heldFromRow);
  }
}

const heldFromRow = (row: HeldRow): HeldSecrets => ({
  id: row.id,
  secrets: secretsFromJson(row.secrets),
  asRead: row.as_read,
  readAt: row.read_at,
});
