import { Injectable } from '@nestjs/common';
import { newId } from '../database/new-id.js';
import { Database } from '../database/database.js';
import { readTexts } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { PrismaService } from '../database/prisma.service.js';

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly providerAccounts: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export interface ApiKeyRecord {
  readonly keyId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface GoodKey {
  readonly secretHash: Uint8Array;
  readonly scopes: readonly string[];
  readonly tenantId: string;
  readonly providerAccounts: Readonly<Record<string, string>>;
}

/** The tenants and their API keys. */
@Injectable()
export class TenantsRepository {
  constructor(
    private readonly database: Database,
    private readonly prisma: PrismaService,
  ) {}

  async create(name: string, providerAccounts: Readonly<Record<string, string>>): Promise<Tenant> {
    const row = await this.prisma.tenant.create({ data: { id: newId('ten'), name, providerAccounts } });
    return { ...row, providerAccounts };
  }

  async list(): Promise<Tenant[]> {
    const rows = await this.prisma.tenant.findMany({ orderBy: { createdAt: 'asc' } });
    return rows.map((row) => ({ ...row, providerAccounts: readTexts(row.providerAccounts) }));
  }

  /** Ends the tenant's access, with every key. @returns false if there is no such tenant, or it was revoked before. */
  async revoke(id: string): Promise<boolean> {
    const revoked = await this.database.execute(Prisma.sql`
      UPDATE tenants SET revoked_at = now() WHERE id = ${id}::text AND revoked_at IS NULL`);
    return revoked === 1;
  }

  /** @returns false if there is no such tenant, or it is revoked. */
  async addKey(key: {
    keyId: string;
    tenantId: string;
    name: string;
    secretHash: Uint8Array<ArrayBuffer>;
    scopes: readonly string[];
    expiresAt: Date | null;
  }): Promise<boolean> {
    if ((await this.prisma.tenant.count({ where: { id: key.tenantId, revokedAt: null } })) === 0) return false;
    const { keyId: id, scopes, ...rest } = key;
    await this.prisma.apiKey.create({ data: { id, scopes: [...scopes], ...rest } });
    return true;
  }

  async listKeys(tenantId: string | null): Promise<ApiKeyRecord[]> {
    const rows = await this.prisma.apiKey.findMany({
      where: tenantId === null ? {} : { tenantId },
      orderBy: { createdAt: 'asc' },
      omit: { secretHash: true },
    });
    return rows.map(({ id, ...row }) => ({ keyId: id, ...row }));
  }

  /** @returns false if there is no such key, or it was revoked before. */
  async revokeKey(keyId: string): Promise<boolean> {
    const revoked = await this.database.execute(Prisma.sql`
      UPDATE api_keys SET revoked_at = now() WHERE id = ${keyId}::text AND revoked_at IS NULL`);
    return revoked === 1;
  }

  /** Those of the keys that are valid now, by the database's clock; not those of which the tenant is revoked. */
  async findGoodKeys(keyIds: readonly string[]): Promise<ReadonlyMap<string, GoodKey>> {
    const rows = await this.database.query<{
      id: string;
      secret_hash: Uint8Array;
      scopes: string[];
      tenant_id: string;
      provider_accounts: unknown;
    }>(Prisma.sql`
      SELECT k.id, k.secret_hash, k.scopes, k.tenant_id, t.provider_accounts
      FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
      WHERE k.id = ANY(${keyIds}::text[]) AND k.revoked_at IS NULL AND t.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > now())`);
    return new Map(
      rows.map(({ id, secret_hash: secretHash, scopes, tenant_id: tenantId, provider_accounts }) => [
        id,
        { secretHash, scopes, tenantId, providerAccounts: readTexts(provider_accounts) },
      ]),
    );
  }
}
