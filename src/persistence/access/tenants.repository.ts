import { Injectable } from '@nestjs/common';
import { newId } from '../new-id.js';
import { PrismaService } from '../prisma/prisma.service.js';

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

/** Who calls, and with which keys. */
@Injectable()
export class TenantsRepository {
  constructor(private readonly prisma: PrismaService) {}

  async create(name: string, providerAccounts: Readonly<Record<string, string>>): Promise<Tenant> {
    const row = await this.prisma.tenant.create({ data: { id: newId('ten'), name, providerAccounts } });
    return { ...row, providerAccounts };
  }

  async list(): Promise<Tenant[]> {
    const rows = await this.prisma.tenant.findMany({ orderBy: { createdAt: 'asc' } });
    return rows.map((row) => ({ ...row, providerAccounts: row.providerAccounts as Record<string, string> }));
  }

  /** Ends the tenant's access at once, whatever its keys say. False: no such tenant, or revoked before. */
  async revoke(id: string): Promise<boolean> {
    return (
      (await this.prisma.$executeRaw`UPDATE tenants SET revoked_at = now() WHERE id = ${id} AND revoked_at IS NULL`) ===
      1
    );
  }

  /** False: no such tenant. */
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

  /** False: no such key, or revoked before. */
  async revokeKey(keyId: string): Promise<boolean> {
    return (
      (await this.prisma
        .$executeRaw`UPDATE api_keys SET revoked_at = now() WHERE id = ${keyId} AND revoked_at IS NULL`) === 1
    );
  }

  /** A key that is good now, by the database's clock. Null: unknown, expired, or it or its tenant revoked. */
  async findGoodKey(keyId: string): Promise<{ secretHash: Uint8Array; scopes: string[]; tenant: Tenant } | null> {
    const now = await this.prisma.now();
    const row = await this.prisma.apiKey.findFirst({
      where: {
        id: keyId,
        revokedAt: null,
        tenant: { revokedAt: null },
        OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
      },
      include: { tenant: true },
    });
    if (!row) return null;
    const providerAccounts = row.tenant.providerAccounts as Record<string, string>;
    return { secretHash: row.secretHash, scopes: row.scopes, tenant: { ...row.tenant, providerAccounts } };
  }
}
