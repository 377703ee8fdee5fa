import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/client.js';
import { PrismaService, type Transaction } from '../prisma/prisma.service.js';

export interface IdempotencyScope {
  readonly tenantId: string;
  readonly operation: 'place_order' | 'cancel_order';
  readonly key: string;
}

export interface IdempotentRequest extends IdempotencyScope {
  /** SHA-256 of the canonical payload. */
  readonly fingerprint: Uint8Array<ArrayBuffer>;
}

export interface StoredResponse {
  readonly status: number;
  readonly body: string;
}

/** What is known of a key. Keys are kept as long as their order. */
export type KnownKey =
  | { readonly kind: 'reused' }
  | { readonly kind: 'answered'; readonly answer: StoredResponse }
  | { readonly kind: 'in_progress'; readonly retryAfterMs: number }
  /** The request that took the key is presumed dead; this one has taken it over and goes on with its order. */
  | { readonly kind: 'abandoned'; readonly orderId: string | null };

/** How long a request that took a key is presumed at work: as long as a lease. */
export const KEY_LOCK_MS = 45_000;

/** Takes the key for this request. False: it is taken already; ask `known`. */
export const takeKey = async (tx: Transaction, request: IdempotentRequest, orderId: string): Promise<boolean> => {
  const taken = await tx.$executeRaw`
    INSERT INTO idempotency_records (tenant_id, operation, key, fingerprint, order_id, locked_until)
    VALUES (${request.tenantId}, ${request.operation}, ${request.key}, ${request.fingerprint}, ${orderId},
            now() + ${KEY_LOCK_MS} * interval '1 millisecond')
    ON CONFLICT DO NOTHING`;
  return taken === 1;
};

@Injectable()
export class IdempotencyRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Null: the key is new. An abandoned key is locked for the caller in the same statement, so only one takes it over. */
  async known(request: IdempotentRequest): Promise<KnownKey | null> {
    const where = keyOf(request);
    const record = await this.prisma.idempotencyRecord.findUnique({ where });
    if (!record) return null;
    if (!Buffer.from(record.fingerprint).equals(request.fingerprint)) return { kind: 'reused' };
    if (record.answerStatus !== null && record.answerBody !== null)
      return { kind: 'answered', answer: { status: record.answerStatus, body: record.answerBody } };
    const takenOver = await this.prisma.$executeRaw`
      UPDATE idempotency_records SET locked_until = now() + ${KEY_LOCK_MS} * interval '1 millisecond'
      WHERE tenant_id = ${request.tenantId} AND operation = ${request.operation} AND key = ${request.key}
        AND locked_until <= now() AND answer_status IS NULL`;
    return takenOver === 1
      ? { kind: 'abandoned', orderId: record.orderId }
      : { kind: 'in_progress', retryAfterMs: 1_000 };
  }

  /** Takes the key for an order that exists. False: taken already. */
  async take(request: IdempotentRequest, orderId: string): Promise<boolean> {
    return takeKey(this.prisma, request, orderId);
  }

  /** Keeps the answer for every repeat of the request. The first answer stays. */
  async answer(scope: IdempotencyScope, answer: StoredResponse): Promise<void> {
    await this.prisma.idempotencyRecord.updateMany({
      where: { ...plain(scope), answerStatus: null },
      data: { answerStatus: answer.status, answerBody: answer.body },
    });
  }

  /** Lets the next request with this key try again at once. The key stays bound to its payload and order. */
  async release(scope: IdempotencyScope): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE idempotency_records SET locked_until = now()
      WHERE tenant_id = ${scope.tenantId} AND operation = ${scope.operation} AND key = ${scope.key} AND answer_status IS NULL`;
  }

  /** The order that a key of `place_order` made. */
  async orderIdOf(tenantId: string, key: string): Promise<string | null> {
    const record = await this.prisma.idempotencyRecord.findUnique({
      where: keyOf({ tenantId, operation: 'place_order', key }),
    });
    return record?.orderId ?? null;
  }
}

const plain = ({ tenantId, operation, key }: IdempotencyScope): IdempotencyScope => ({ tenantId, operation, key });

const keyOf = (scope: IdempotencyScope): Prisma.IdempotencyRecordWhereUniqueInput => ({
  tenantId_operation_key: plain(scope),
});
