import { Injectable } from '@nestjs/common';
import type { Admission, AdmissionState } from '../../domain/operators/admission.js';
import {
  AccessListsRepository,
  type KeyPosition,
  type ListedKey,
  type ListedOperator,
  type ListedSession,
} from '../../persistence/access/access-lists.repository.js';
import { AdmissionsRepository } from '../../persistence/access/admissions.repository.js';
import { TenantsRepository, type TenantRecord } from '../../persistence/access/tenants.repository.js';

export type { KeyPosition, ListedKey, ListedOperator, ListedSession, TenantRecord };

interface Page<Row> {
  readonly rows: readonly Row[];
  /** After which the next page goes on; null if there are no more. */
  readonly last: Row | null;
}

const pageOf = <Row>(found: readonly Row[], limit: number): Page<Row> => ({
  rows: found.slice(0, limit),
  last: found.length > limit ? (found[limit - 1] ?? null) : null,
});

/** Who has a way in, and who waits for one. */
@Injectable()
export class ListAccess {
  constructor(
    private readonly lists: AccessListsRepository,
    private readonly tenantsOf: TenantsRepository,
    private readonly admissionsOf: AdmissionsRepository,
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

  async admissions(state: AdmissionState, before: string | null, limit: number): Promise<Page<Admission>> {
    return pageOf(await this.admissionsOf.list(state, before, limit + 1), limit);
  }
}
