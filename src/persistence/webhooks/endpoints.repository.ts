import { Injectable } from '@nestjs/common';
import { applied, type ActRecord } from '../../domain/audit/act.js';
import { endpointDeleted, endpointMade } from '../../domain/audit/endpoint-acts.js';
import type { Actor } from '../../domain/orders/cause.js';
import {
  ENDPOINT_ORIGINS,
  type Endpoint,
  type EndpointChange,
  type EndpointOrigin,
} from '../../domain/webhooks/endpoint.js';
import type { SealedSecret } from '../../domain/webhooks/secret.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import type { TenantScope } from '../orders/order-list.js';
import { ENDPOINT_COLUMNS, endpointFromRow, secretsFromJson, secretsJson, type EndpointRow } from './endpoint-rows.js';

/** Where a page of endpoints ends: the position of its last row. */
export interface EndpointPosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** Where a page of those that fail ends. */
export interface FailingPosition {
  readonly failingSince: Date;
  readonly id: string;
}

export interface EndpointFilter {
  readonly tenantId: string;
  /** Null for any. */
  readonly origin: EndpointOrigin | null;
}

export interface EndpointRequest extends Pick<Endpoint, 'tenantId' | 'url' | 'description' | 'types'> {
  readonly idempotencyKey: string;
  /** SHA-256 of the canonical payload. */
  readonly fingerprint: Uint8Array<ArrayBuffer>;
}

type NewSecret = Pick<SealedSecret, 'keyId' | 'sealed'>;

export type Made =
  | { readonly kind: 'made' | 'made_before'; readonly endpoint: Endpoint }
  /** The key was used for another payload, or for an endpoint that was deleted since. Nothing was written. */
  | { readonly kind: 'reused' | 'deleted' }
  /** The tenant has as many as it may. Nothing was written. */
  | { readonly kind: 'no_room'; readonly existing: number };

/** An endpoint with all that a change of its secrets has to know. */
export interface EndpointWithSecrets {
  readonly endpoint: Endpoint;
  readonly secrets: readonly SealedSecret[];
  readonly readAt: Date;
}

/** Webhook endpoints: a deleted one is none. */
@Injectable()
export class EndpointsRepository {
  constructor(private readonly database: Database) {}

  nextId(): string {
    return newId('whe');
  }

  /** What was made with this key. @returns null if it is new. */
  async known({ tenantId, idempotencyKey, fingerprint }: EndpointRequest): Promise<Made | null> {
    const [row] = await this.database.query<MadeRow>(Prisma.sql`
      SELECT made.kind, NULL::int AS existing, ${ENDPOINT_COLUMNS}
      FROM known_webhook_endpoint(${tenantId}::text, ${idempotencyKey}::text, ${fingerprint}::bytea) made
      CROSS JOIN LATERAL (SELECT (made.endpoint).*) e`);
    return row ? madeFromRow(row) : null;
  }

  /** Of several requests with one key, one makes the endpoint; the others get that. */
  async make(request: EndpointRequest, id: string, secret: NewSecret, most: number, by: Actor): Promise<Made> {
    const record = applied(by, endpointMade(id, request));
    const columns = {
      id,
      tenant_id: request.tenantId,
      url: request.url,
      description: request.description,
      types: request.types,
      secrets: JSON.parse(secretsJson([{ ...secret, expiresAt: null }])) as unknown,
      idempotency_key: request.idempotencyKey,
    };
    const [row] = await this.database.query<MadeRow>(Prisma.sql`
      SELECT made.kind, made.existing, ${ENDPOINT_COLUMNS},
             CASE made.kind WHEN 'made' THEN ${recordAct(record)} END AS recorded
      FROM create_webhook_endpoint(${JSON.stringify(columns)}::jsonb, ${request.fingerprint}::bytea, ${most}::int) made
      CROSS JOIN LATERAL (SELECT (made.endpoint).*) e`);
    if (!row) throw new Error('create_webhook_endpoint returned no row');
    return madeFromRow(row);
  }

  /** Newest first. Each branch reads its own rows only, by an index that ends in time and id. */
  async list({ tenantId, origin }: EndpointFilter, after: EndpointPosition | null, limit: number): Promise<Endpoint[]> {
    const pages = ENDPOINT_ORIGINS.filter((each) => origin === null || origin === each).map(
      (each) => Prisma.sql`
        (SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints e
         WHERE e.tenant_id = ${tenantId}::text AND e.origin = ${each}::text AND e.deleted_at IS NULL
           ${after ? Prisma.sql`AND (e.created_at, e.id) < (${after.createdAt}::timestamptz, ${after.id}::text)` : Prisma.empty}
         ORDER BY e.created_at DESC, e.id DESC LIMIT ${limit}::int)`,
    );
    const rows = await this.database.queryUnprepared<EndpointRow>(Prisma.sql`
      SELECT e.* FROM (${Prisma.join(pages, ' UNION ALL ')}) e
      ORDER BY e.created_at DESC, e.id DESC LIMIT ${limit}::int`);
    return rows.map(endpointFromRow);
  }

  /** Of all tenants, where nothing comes through, for the longest first. Those that are disabled for it, too. */
  async failing(after: FailingPosition | null, limit: number): Promise<Endpoint[]> {
    const rows = await this.database.queryUnprepared<EndpointRow>(Prisma.sql`
      SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints e
      WHERE e.failing_since IS NOT NULL AND e.deleted_at IS NULL
        ${after ? Prisma.sql`AND (e.failing_since, e.id) > (${after.failingSince}::timestamptz, ${after.id}::text)` : Prisma.empty}
      ORDER BY e.failing_since, e.id LIMIT ${limit}::int`);
    return rows.map(endpointFromRow);
  }

  /** @returns null if there is no such endpoint in the scope. */
  async find(id: string, scope: TenantScope): Promise<Endpoint | null> {
    const isThere =
      scope === 'all_tenants' ? Prisma.sql`e.id = ${id}::text AND e.deleted_at IS NULL` : isOwn(id, scope.tenantId);
    const [row] = await this.database.query<EndpointRow>(Prisma.sql`
      SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints e WHERE ${isThere}`);
    return row ? endpointFromRow(row) : null;
  }

  /** @returns null if the tenant has no such endpoint. */
  async findWithSecrets(id: string, tenantId: string): Promise<EndpointWithSecrets | null> {
    const [row] = await this.database.query<EndpointRow & { readonly secrets: unknown; readonly read_at: Date }>(
      Prisma.sql`
        SELECT ${ENDPOINT_COLUMNS}, e.secrets, now() AS read_at FROM webhook_endpoints e WHERE ${isOwn(id, tenantId)}`,
    );
    return row ? { endpoint: endpointFromRow(row), secrets: secretsFromJson(row.secrets), readAt: row.read_at } : null;
  }

  /** Writes a change, unless the endpoint has changed since it was read. @returns null if nothing was written. */
  async commit(
    { id, tenantId, version }: Endpoint,
    change: EndpointChange,
    record: ActRecord,
  ): Promise<Endpoint | null> {
    const [row] = await this.database.query<EndpointRow>(Prisma.sql`
      WITH e AS (
        UPDATE webhook_endpoints e SET ${Prisma.join([...assignments(change), KEPT_CURRENT])}
        WHERE ${isOwn(id, tenantId)} AND e.version = ${version}::int
        RETURNING e.*)
      SELECT ${ENDPOINT_COLUMNS}, ${recordAct(record)} FROM e`);
    return row ? endpointFromRow(row) : null;
  }

  /**
   * Ends an endpoint, and with it what was still to be sent there; what was sent is kept. An endpoint that was made for
   * orders stays. @returns null if nothing was written.
   */
  async delete(
    id: string,
    tenantId: string,
    by: Actor,
  ): Promise<{ readonly endpoint: Endpoint; readonly unsent: number } | null> {
    const [row] = await this.database.query<EndpointRow & { readonly unsent: number }>(Prisma.sql`
      WITH e AS (
        UPDATE webhook_endpoints e SET deleted_at = now(), secrets = '[]', ${KEPT_CURRENT}
        WHERE ${isOwn(id, tenantId)} AND e.origin = 'managed'
        RETURNING e.*),
      unsent AS (
        UPDATE webhook_deliveries d SET state = 'dead', ended_at = now(), lease_token = NULL, leased_until = NULL
        FROM e WHERE d.endpoint_id = e.id AND d.state = 'pending'
        RETURNING d.id)
      SELECT ${ENDPOINT_COLUMNS}, (SELECT count(*)::int FROM unsent) AS unsent,
             ${recordAct(applied(by, endpointDeleted(id)))} AS recorded
      FROM e`);
    return row ? { endpoint: endpointFromRow(row), unsent: row.unsent } : null;
  }
}

type MadeRow = EndpointRow & { readonly kind: string; readonly existing: number | null };

const madeFromRow = (row: MadeRow): Made => {
  switch (row.kind) {
    case 'made':
    case 'made_before':
      return { kind: row.kind, endpoint: endpointFromRow(row) };
    case 'reused':
    case 'deleted':
      return { kind: row.kind };
    case 'no_room':
      return { kind: 'no_room', existing: row.existing ?? 0 };
    default:
      throw new Error('an endpoint was made in a way that this process does not know');
  }
};

const isOwn = (id: string, tenantId: string): Prisma.Sql =>
  Prisma.sql`e.id = ${id}::text AND e.tenant_id = ${tenantId}::text AND e.deleted_at IS NULL`;

const KEPT_CURRENT = Prisma.sql`updated_at = now(), version = e.version + 1`;

const assignments = (change: EndpointChange): Prisma.Sql[] => [
  ...(change.url === undefined ? [] : [Prisma.sql`url = ${change.url}::text`]),
  ...(change.description === undefined ? [] : [Prisma.sql`description = ${change.description}::text`]),
  ...(change.types === undefined ? [] : [Prisma.sql`types = ${[...change.types]}::text[]`]),
  ...(change.failingSince === undefined ? [] : [Prisma.sql`failing_since = NULL`]),
  ...(change.secrets === undefined ? [] : [Prisma.sql`secrets = ${secretsJson(change.secrets)}::jsonb`]),
  ...(change.disabledReason === undefined
    ? []
    : [
        change.disabledReason === null
          ? Prisma.sql`disabled_reason = NULL, disabled_at = NULL`
          : Prisma.sql`disabled_reason = ${change.disabledReason}::text, disabled_at = now()`,
      ]),
];
