import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import {
  AccessListsRepository,
  type KeyPosition,
  type ListedKey,
  type ListedOperator,
  type ListedSession,
} from '../../persistence/access/access-lists.repository.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { SessionsRepository } from '../../persistence/access/sessions.repository.js';
import { TenantsRepository, type TenantRecord } from '../../persistence/access/tenants.repository.js';

export type { KeyPosition, ListedKey, ListedOperator, ListedSession, TenantRecord };

interface Page<Row> {
  readonly rows: readonly Row[];
  /** Whether there are more. */
  readonly hasMore: boolean;
}

const pageOf = <Row>(found: readonly Row[], limit: number): Page<Row> => ({
  rows: found.slice(0, limit),
  hasMore: found.length > limit,
});

/** Who has a way in, and its end. What ends is closed within 5 s, as everything that is cached. */
@Injectable()
export class ListAccess {
  constructor(
    private readonly lists: AccessListsRepository,
    private readonly tenantsOf: TenantsRepository,
    private readonly operatorsOf: OperatorsRepository,
    private readonly sessionsOf: SessionsRepository,
  ) {}

  async tenants(before: string | null, limit: number): Promise<Page<TenantRecord>> {
    return pageOf(await this.tenantsOf.page(before, limit + 1), limit);
  }

  async keys(tenantId: string | null, after: KeyPosition | null, limit: number): Promise<Page<ListedKey>> {
    return pageOf(await this.lists.keys(tenantId, after, limit + 1), limit);
  }

  async operators(before: string | null, limit: number): Promise<Page<ListedOperator>> {
    return pageOf(await this.lists.operators(before, limit + 1), limit);
  }

  async sessions(before: string | null, limit: number): Promise<Page<ListedSession>> {
    return pageOf(await this.lists.sessions(before, limit + 1), limit);
  }

  /** A repeat makes no second tenant. */
  async createTenant(
    wanted: Pick<TenantRecord, 'name' | 'providerAccounts'>,
    request: { readonly idempotencyKey: string; readonly fingerprint: Uint8Array<ArrayBuffer> },
    by: RequestActor,
  ): Promise<{ readonly tenant: TenantRecord; readonly isNew: boolean }> {
    const made = await this.tenantsOf.createOnce(wanted, request, by);
    if (made) return made;
    throw new AppError('idempotency_key_reused', 'The Idempotency-Key was used before with another request.');
  }

  /** A key that has ended already stays as it is. */
  async revokeKey(id: string, by: RequestActor): Promise<ListedKey> {
    await this.tenantsOf.revoke('key', id, by);
    const key = await this.lists.key(id);
    if (!key) throw new AppError('key_not_found', 'There is no such key.');
    return key;
  }

  /** One who is disabled already stays as they are. */
  async disableOperator(id: string, by: RequestActor): Promise<ListedOperator> {
    await this.operatorsOf.disable(id, by);
    const operator = await this.lists.operator(id);
    if (!operator) throw new AppError('operator_not_found', 'There is no such operator.');
    return operator;
  }

  async endSession(id: string, by: RequestActor): Promise<void> {
    if (!(await this.sessionsOf.end(id, by)))
      throw new AppError('session_not_found', 'There is no such session, or it has ended.');
  }
}
