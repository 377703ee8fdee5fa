import { Injectable } from '@nestjs/common';
import { Decimal } from 'decimal.js';
import { applied, keyCreated, revoked, tenantCreated, type ActRecord } from '../../domain/audit/act.js';
import {
  NO_LIMITS,
  type BuyerLimits,
  type LimitHolder,
  type PurchaseLimits,
} from '../../domain/limits/purchase-limits.js';
import { grams } from '../../domain/mass.js';
import { ROLE_NAMES, type ActingOperator } from '../../domain/operators/operator.js';
import type { Actor, RequestActor } from '../../domain/orders/cause.js';
import { recordAct } from '../audit/record-act.js';
import { newId } from '../database/new-id.js';
import { Database } from '../database/database.js';
import { readTexts, readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { IS_GOOD_KEY } from './good-key.js';
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

/** Without what it may buy. */
export type TenantRecord = Omit<Tenant, 'limits' | 'spentUsd'>;

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
  /** Whose it is; null for a machine's. */
  readonly operator: ActingOperator | null;
  readonly providerAccounts: Readonly<Record<string, string>>;
  readonly limits: BuyerLimits;
  /** Whether what is sent to the callback addresses of its orders can be signed. */
  readonly hasCallbackSecret: boolean;
}

const TABLES = { tenant: Prisma.sql`tenants`, key: Prisma.sql`api_keys` } as const;

/** The tenants and their API keys. Who changes something of them is recorded in the same statement. */
@Injectable()
export class TenantsRepository {
  constructor(
    private readonly database: Database,
    private readonly prisma: PrismaService,
  ) {}

  async create(name: string, providerAccounts: Readonly<Record<string, string>>, by: Actor): Promise<Tenant> {
    const id = newId('ten');
    const record = applied(by, tenantCreated(id, providerAccounts));
    const [row] = await this.database.query<{ created_at: Date }>(Prisma.sql`
      WITH created AS (
        INSERT INTO tenants (id, name, provider_accounts)
        VALUES (${id}::text, ${name}::text, ${JSON.stringify(providerAccounts)}::jsonb)
        RETURNING created_at)
      SELECT created_at, ${recordAct(record)} FROM created`);
    if (!row) throw new Error('the tenant was not created');
    const { created_at: createdAt } = row;
    return { id, name, providerAccounts, createdAt, revokedAt: null, limits: NO_LIMITS, spentUsd: new Decimal(0) };
  }

  /**
   * As `create`, for a request with an idempotency key: a repeat makes no second tenant.
   * @returns null if the key was used for another request
   */
  async createOnce(
    { name, providerAccounts }: Pick<Tenant, 'name' | 'providerAccounts'>,
    request: { readonly idempotencyKey: string; readonly fingerprint: Uint8Array<ArrayBuffer> },
    by: RequestActor,
  ): Promise<{ readonly tenant: TenantRecord; readonly isNew: boolean } | null> {
    const id = newId('ten');
    const made = await this.database.query<TenantRow>(Prisma.sql`
      WITH created AS (
        INSERT INTO tenants (id, name, provider_accounts, made_by_key_id, idempotency_key, fingerprint)
        VALUES (${id}::text, ${name}::text, ${JSON.stringify(providerAccounts)}::jsonb, ${by.keyId}::text,
                ${request.idempotencyKey}::text, ${request.fingerprint}::bytea)
        ON CONFLICT (made_by_key_id, idempotency_key) DO NOTHING RETURNING *)
      SELECT *, ${recordAct(applied(by, tenantCreated(id, providerAccounts)))} AS recorded FROM created`);
    if (made[0]) return { tenant: tenantFromRow(made[0]), isNew: true };
    const [known] = await this.database.query<TenantRow>(Prisma.sql`
      SELECT * FROM tenants WHERE made_by_key_id = ${by.keyId}::text AND idempotency_key = ${request.idempotencyKey}::text
        AND fingerprint = ${request.fingerprint}::bytea`);
    return known ? { tenant: tenantFromRow(known), isNew: false } : null;
  }

  /** Newest first, before the one of this id; without what they may buy. */
  async page(before: string | null, limit: number): Promise<TenantRecord[]> {
    const rows = await this.database.query<TenantRow>(Prisma.sql`
      SELECT id, name, provider_accounts, created_at, revoked_at FROM tenants
      WHERE ${before}::text IS NULL OR id < ${before}::text ORDER BY id DESC LIMIT ${limit}::int`);
    return rows.map(tenantFromRow);
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

  /** Its own. @returns null if there is no such tenant or key. */
  async limitsOf(holder: LimitHolder, id: string): Promise<PurchaseLimits | null> {
    const [row] = await this.database.query<LimitsRow>(Prisma.sql`
      SELECT max_order_grams, max_order_usd, max_month_usd FROM ${TABLES[holder]} WHERE id = ${id}::text`);
    return row ? limitsFromRow(row) : null;
  }

  /** @returns false if the limits are not what they were. Then nothing was written. */
  async setLimits(
    holder: LimitHolder,
    id: string,
    { before, after }: { readonly before: PurchaseLimits; readonly after: PurchaseLimits },
    record: ActRecord,
  ): Promise<boolean> {
    const columns = Prisma.sql`(max_order_grams, max_order_usd, max_month_usd)`;
    const recorded = await this.database.query(Prisma.sql`
      WITH changed AS (
        UPDATE ${TABLES[holder]} SET ${columns} = ${limitValues(after)}
        WHERE id = ${id}::text AND ${columns} IS NOT DISTINCT FROM ${limitValues(before)}
        RETURNING id)
      SELECT ${recordAct(record)} FROM changed`);
    return recorded.length === 1;
  }

  /**
   * Ends the access of a tenant, with every key, or of one key.
   * @returns false if there is no such tenant or key, or it was revoked before.
   */
  async revoke(holder: LimitHolder, id: string, by: Actor): Promise<boolean> {
    const recorded = await this.database.query(Prisma.sql`
      WITH changed AS (
        UPDATE ${TABLES[holder]} SET revoked_at = now() WHERE id = ${id}::text AND revoked_at IS NULL RETURNING id)
      SELECT ${recordAct(applied(by, revoked(holder, id)))} FROM changed`);
    return recorded.length === 1;
  }

  /** @returns false if there is no such tenant, or it is revoked. */
  async addKey(
    key: {
      keyId: string;
      tenantId: string;
      name: string;
      secretHash: Uint8Array<ArrayBuffer>;
      scopes: readonly string[];
      expiresAt: Date | null;
    },
    by: Actor,
  ): Promise<boolean> {
    const recorded = await this.database.query(Prisma.sql`
      WITH added AS (
        INSERT INTO api_keys (id, tenant_id, name, secret_hash, scopes, expires_at)
        SELECT ${key.keyId}::text, t.id, ${key.name}::text, ${key.secretHash}::bytea, ${key.scopes}::text[],
               ${key.expiresAt}::timestamptz
        FROM tenants t WHERE t.id = ${key.tenantId}::text AND t.revoked_at IS NULL
        RETURNING id)
      SELECT ${recordAct(applied(by, keyCreated(key.keyId, key)))} FROM added`);
    return recorded.length === 1;
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

  /** Those of the keys that are valid now, by the database's clock; not those of a tenant or operator whose access has ended. */
  async findGoodKeys(keyIds: readonly string[]): Promise<ReadonlyMap<string, GoodKey>> {
    const rows = await this.database.query<GoodKeyRow>(Prisma.sql`
      SELECT k.id, k.secret_hash, k.scopes, k.tenant_id, t.provider_accounts,
             t.callback_secrets <> '[]' AS has_callback_secret,
             t.max_order_grams, t.max_order_usd, t.max_month_usd,
             k.operator_id, p.name AS operator_name, p.role AS operator_role,
             k.max_order_grams AS key_order_grams, k.max_order_usd AS key_order_usd, k.max_month_usd AS key_month_usd
      FROM api_keys k JOIN tenants t ON t.id = k.tenant_id LEFT JOIN operators p ON p.id = k.operator_id
      WHERE k.id = ANY(${keyIds}::text[]) AND ${IS_GOOD_KEY}`);
    return new Map(rows.map((row) => [row.id, goodKeyFrom(row)]));
  }

  /** By tenant and by key. */
  private async spentThisMonth(): Promise<ReadonlyMap<string, Decimal>> {
    const rows = await this.database.query<{ subject_id: string; spent_usd: string }>(Prisma.sql`
      SELECT subject_id, sum(spent_usd) AS spent_usd FROM spending WHERE month = month_of(now()) GROUP BY subject_id`);
    return new Map(rows.map((row) => [row.subject_id, new Decimal(row.spent_usd)]));
  }
}

interface TenantRow {
  readonly id: string;
  readonly name: string;
  readonly provider_accounts: unknown;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
}

const tenantFromRow = (row: TenantRow): TenantRecord => ({
  id: row.id,
  name: row.name,
  providerAccounts: readTexts(row.provider_accounts),
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
});

interface LimitsRow {
  readonly max_order_grams: string | null;
  readonly max_order_usd: string | null;
  readonly max_month_usd: string | null;
}

interface GoodKeyRow extends LimitsRow {
  readonly id: string;
  readonly secret_hash: Uint8Array;
  readonly scopes: string[];
  readonly tenant_id: string;
  readonly provider_accounts: unknown;
  readonly has_callback_secret: boolean;
  readonly operator_id: string | null;
  readonly operator_name: string | null;
  readonly operator_role: string | null;
  readonly key_order_grams: string | null;
  readonly key_order_usd: string | null;
  readonly key_month_usd: string | null;
}

const goodKeyFrom = (row: GoodKeyRow): GoodKey => ({
  secretHash: row.secret_hash,
  scopes: row.scopes,
  tenantId: row.tenant_id,
  operator:
    row.operator_id === null
      ? null
      : { id: row.operator_id, name: row.operator_name ?? '', role: readWord(ROLE_NAMES)(row.operator_role) },
  providerAccounts: readTexts(row.provider_accounts),
  hasCallbackSecret: row.has_callback_secret,
  limits: {
    tenant: limitsFromRow(row),
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

const limitsFromRow = (row: LimitsRow): PurchaseLimits =>
  limitsOf({ maxOrderGrams: row.max_order_grams, maxOrderUsd: row.max_order_usd, maxMonthUsd: row.max_month_usd });

const limitValues = ({ orderMass, orderUsd, monthUsd }: PurchaseLimits): Prisma.Sql => Prisma.sql`
  (${orderMass}::bigint, ${orderUsd?.toFixed() ?? null}::numeric, ${monthUsd?.toFixed() ?? null}::numeric)`;
