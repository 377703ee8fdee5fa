import { Injectable } from '@nestjs/common';
import { Decimal } from 'decimal.js';
import { NO_LIMITS, type BuyerLimits, type PurchaseLimits } from '../../domain/limits/purchase-limits.js';
import { grams } from '../../domain/mass.js';
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
  /** Its own; null for the default. */
  readonly limits: PurchaseLimits;
  /** In this calendar month (UTC), reservations included. */
  readonly spentUsd: Decimal;
}

export interface ApiKeyRecord {
  readonly keyId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** To the minute; null if never. */
  readonly lastUsedAt: Date | null;
  /** Its own; null for no limit but its tenant's. */
  readonly limits: PurchaseLimits;
  /** In this calendar month (UTC), reservations included. */
  readonly spentUsd: Decimal;
}

export interface GoodKey {
  readonly secretHash: Uint8Array;
  readonly scopes: readonly string[];
  readonly tenantId: string;
  readonly providerAccounts: Readonly<Record<string, string>>;
  readonly limits: BuyerLimits;
  /** Whether what is sent to the callback addresses of its orders can be signed. */
  readonly hasCallbackSecret: boolean;
}

/** Limits as they are changed: one that is left out stays, null takes it off. */
export type LimitChanges = Partial<PurchaseLimits>;

/** The tenants and their API keys. */
@Injectable()
export class TenantsRepository {
  constructor(
    private readonly database: Database,
    private readonly prisma: PrismaService,
  ) {}

  async create(name: string, providerAccounts: Readonly<Record<string, string>>): Promise<Tenant> {
    const { id, createdAt, revokedAt } = await this.prisma.tenant.create({
      data: { id: newId('ten'), name, providerAccounts },
    });
    return { id, name, providerAccounts, createdAt, revokedAt, limits: NO_LIMITS, spentUsd: new Decimal(0) };
  }

  async list(): Promise<Tenant[]> {
    const rows = await this.prisma.tenant.findMany({ orderBy: { createdAt: 'asc' } });
    const spent = await this.spentThisMonth();
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      providerAccounts: readTexts(row.providerAccounts),
      createdAt: row.createdAt,
      revokedAt: row.revokedAt,
      limits: limitsOf(row),
      spentUsd: spent.get(row.id) ?? new Decimal(0),
    }));
  }

  /** @returns false if there is no such tenant. */
  async limit(id: string, changes: LimitChanges): Promise<boolean> {
    const { count } = await this.prisma.tenant.updateMany({ where: { id }, data: columnsOf(changes) });
    return count === 1;
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
    const spent = await this.spentThisMonth();
    return rows.map((row) => ({
      keyId: row.id,
      tenantId: row.tenantId,
      name: row.name,
      scopes: row.scopes,
      createdAt: row.createdAt,
      expiresAt: row.expiresAt,
      revokedAt: row.revokedAt,
      lastUsedAt: row.lastUsedAt,
      limits: limitsOf(row),
      spentUsd: spent.get(row.id) ?? new Decimal(0),
    }));
  }

  /** @returns false if there is no such key. */
  async limitKey(keyId: string, changes: LimitChanges): Promise<boolean> {
    const { count } = await this.prisma.apiKey.updateMany({ where: { id: keyId }, data: columnsOf(changes) });
    return count === 1;
  }

  /** @returns false if there is no such key, or it was revoked before. */
  async revokeKey(keyId: string): Promise<boolean> {
    const revoked = await this.database.execute(Prisma.sql`
      UPDATE api_keys SET revoked_at = now() WHERE id = ${keyId}::text AND revoked_at IS NULL`);
    return revoked === 1;
  }

  /** Those of the keys that are valid now, by the database's clock; not those of which the tenant is revoked. */
  async findGoodKeys(keyIds: readonly string[]): Promise<ReadonlyMap<string, GoodKey>> {
    const rows = await this.database.query<GoodKeyRow>(Prisma.sql`
      SELECT k.id, k.secret_hash, k.scopes, k.tenant_id, t.provider_accounts,
             t.callback_secrets <> '[]' AS has_callback_secret,
             t.max_order_grams, t.max_order_usd, t.max_month_usd,
             k.max_order_grams AS key_order_grams, k.max_order_usd AS key_order_usd, k.max_month_usd AS key_month_usd
      FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
      WHERE k.id = ANY(${keyIds}::text[]) AND k.revoked_at IS NULL AND t.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > now())`);
    return new Map(rows.map((row) => [row.id, goodKeyFrom(row)]));
  }

  /** By tenant and by key. */
  private async spentThisMonth(): Promise<ReadonlyMap<string, Decimal>> {
    const rows = await this.database.query<{ subject_id: string; spent_usd: string }>(Prisma.sql`
      SELECT subject_id, sum(spent_usd) AS spent_usd FROM spending WHERE month = month_of(now()) GROUP BY subject_id`);
    return new Map(rows.map((row) => [row.subject_id, new Decimal(row.spent_usd)]));
  }
}

interface GoodKeyRow {
  readonly id: string;
  readonly secret_hash: Uint8Array;
  readonly scopes: string[];
  readonly tenant_id: string;
  readonly provider_accounts: unknown;
  readonly has_callback_secret: boolean;
  readonly max_order_grams: string | null;
  readonly max_order_usd: string | null;
  readonly max_month_usd: string | null;
  readonly key_order_grams: string | null;
  readonly key_order_usd: string | null;
  readonly key_month_usd: string | null;
}

const goodKeyFrom = (row: GoodKeyRow): GoodKey => ({
  secretHash: row.secret_hash,
  scopes: row.scopes,
  tenantId: row.tenant_id,
  providerAccounts: readTexts(row.provider_accounts),
  hasCallbackSecret: row.has_callback_secret,
  limits: {
    tenant: limitsOf({
      maxOrderGrams: row.max_order_grams,
      maxOrderUsd: row.max_order_usd,
      maxMonthUsd: row.max_month_usd,
    }),
    key: limitsOf({
      maxOrderGrams: row.key_order_grams,
      maxOrderUsd: row.key_order_usd,
      maxMonthUsd: row.key_month_usd,
    }),
  },
});

/** A number of the database, as either client gives it. */
type Numeric = { toString(): string } | null;

const limitsOf = (row: Readonly<Record<'maxOrderGrams' | 'maxOrderUsd' | 'maxMonthUsd', Numeric>>): PurchaseLimits => ({
  orderMass: row.maxOrderGrams === null ? null : grams(Number(row.maxOrderGrams)),
  orderUsd: row.maxOrderUsd === null ? null : new Decimal(row.maxOrderUsd.toString()),
  monthUsd: row.maxMonthUsd === null ? null : new Decimal(row.maxMonthUsd.toString()),
});

const columnsOf = ({ orderMass, orderUsd, monthUsd }: LimitChanges) => ({
  ...(orderMass !== undefined && { maxOrderGrams: orderMass }),
  ...(orderUsd !== undefined && { maxOrderUsd: orderUsd?.toFixed() ?? null }),
  ...(monthUsd !== undefined && { maxMonthUsd: monthUsd?.toFixed() ?? null }),
});
