import { Injectable } from '@nestjs/common';
import { LEASE_MS } from '../../domain/purchases/timing.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

export interface IdempotencyScope {
  readonly tenantId: string;
  readonly operation: 'place_order' | 'cancel_order';
  readonly key: string;
}

/** A request's lock on its key. Only its owner can store a response or release it, as with the token of a lease. */
export interface KeyLock extends IdempotencyScope {
  readonly owner: string;
}

export interface IdempotentRequest extends KeyLock {
  /** SHA-256 of the canonical payload. */
  readonly fingerprint: Uint8Array<ArrayBuffer>;
}

export interface StoredResponse {
  readonly status: number;
  readonly body: string;
}

/** What is known of a key that was used before. Keys are kept as long as their order, which is for good. */
export type KnownKey =
  | { readonly kind: 'reused' }
  | { readonly kind: 'responded'; readonly orderId: string | null; readonly response: StoredResponse }
  /** It was responded to, and the response is not kept any more. */
  | { readonly kind: 'pruned'; readonly orderId: string | null }
  | { readonly kind: 'in_progress' }
  /** The request that took the key is presumed dead; this one has taken the key over and continues with its order. */
  | { readonly kind: 'abandoned'; readonly orderId: string | null };

export interface KeyRow {
  readonly kind: string;
  readonly order_id: string | null;
  readonly response_status: number | null;
  readonly response_body: string | null;
}

export const knownKeyFromRow = (row: KeyRow): KnownKey => {
  switch (row.kind) {
    case 'reused':
    case 'in_progress':
      return { kind: row.kind };
    case 'abandoned':
    case 'pruned':
      return { kind: row.kind, orderId: row.order_id };
    case 'responded':
      return {
        kind: 'responded',
        orderId: row.order_id,
        response: { status: row.response_status ?? 0, body: row.response_body ?? '' },
      };
    default:
      throw new Error('the idempotency key is in a state that this process does not know');
  }
};

@Injectable()
export class IdempotencyRepository {
  constructor(private readonly database: Database) {}

  /**
   * What is known of the key. An abandoned key is locked for this request in the same statement, so that only one
   * request takes it over.
   * @returns null if the key is new.
   */
  async known({ tenantId, operation, key, fingerprint, owner }: IdempotentRequest): Promise<KnownKey | null> {
    const [row] = await this.database.query<KeyRow>(Prisma.sql`
      SELECT * FROM known_idempotency_key(
        ${tenantId}::text, ${operation}::text, ${key}::text, ${fingerprint}::bytea, ${owner}::uuid, ${LEASE_MS}::float8)`);
    return row ? knownKeyFromRow(row) : null;
  }

  /** Takes the key for an act on an order that exists. @returns null if it was new and is the caller's now. */
  async take(request: IdempotentRequest, orderId: string): Promise<KnownKey | null> {
    const { tenantId, operation, key, fingerprint, owner } = request;
    const [row] = await this.database.query<KeyRow>(Prisma.sql`
      SELECT * FROM take_idempotency_key(
        ${tenantId}::text, ${operation}::text, ${key}::text, ${fingerprint}::bytea, ${owner}::uuid, ${LEASE_MS}::float8,
        ${orderId}::text)`);
    if (!row) throw new Error('taking an idempotency key returned no row');
    return row.kind === 'taken' ? null : knownKeyFromRow(row);
  }

  /**
   * Stores the response for every repeat of the request.
   * @returns the stored response. It is an earlier one if the act stored its own, or another request took the key over.
   */
  async store({ tenantId, operation, key, owner }: KeyLock, response: StoredResponse): Promise<StoredResponse> {
    const [row] = await this.database.query<{ status: number; body: string }>(Prisma.sql`
      WITH stored AS (
        UPDATE idempotency_records SET response_status = ${response.status}::int, response_body = ${response.body}::text
        WHERE tenant_id = ${tenantId}::text AND operation = ${operation}::text AND key = ${key}::text
          AND lock_owner = ${owner}::uuid AND response_status IS NULL
        RETURNING response_status AS status, response_body AS body)
      SELECT * FROM stored
      UNION ALL
      SELECT response_status, response_body FROM idempotency_records
      WHERE tenant_id = ${tenantId}::text AND operation = ${operation}::text AND key = ${key}::text
        AND response_status IS NOT NULL AND NOT EXISTS (SELECT FROM stored)`);
    return row ?? response;
  }

  /**
   * Lets the next request with each of these keys try again at once. The key stays bound to its payload and order.
   * @returns the owners whose locks were released.
   */
  async release(locks: readonly KeyLock[]): Promise<readonly string[]> {
    const column = <Field extends keyof KeyLock>(field: Field): string[] => locks.map((lock) => lock[field]);
    const rows = await this.database.query<{ owner: string }>(Prisma.sql`
      UPDATE idempotency_records r SET locked_until = now()
      FROM unnest(${column('tenantId')}::text[], ${column('operation')}::text[], ${column('key')}::text[],
                  ${column('owner')}::uuid[]) AS held(tenant_id, operation, key, owner)
      WHERE r.tenant_id = held.tenant_id AND r.operation = held.operation AND r.key = held.key
        AND r.lock_owner = held.owner AND r.response_status IS NULL
      RETURNING r.lock_owner AS owner`);
    return rows.map(({ owner }) => owner);
  }

  /** How long the lock on the key can still hold. */
  async lockedForMs({ tenantId, operation, key }: IdempotencyScope): Promise<number> {
    const [row] = await this.database.query<{ ms: number }>(Prisma.sql`
      SELECT GREATEST(0, EXTRACT(EPOCH FROM locked_until - now()) * 1000)::float8 AS ms FROM idempotency_records
      WHERE tenant_id = ${tenantId}::text AND operation = ${operation}::text AND key = ${key}::text`);
    return row?.ms ?? 0;
  }
}
