import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { TenantsRepository, type TenantRecord } from '../../persistence/access/tenants.repository.js';

@Injectable()
export class CreateTenant {
  constructor(private readonly tenants: TenantsRepository) {}

  /** A repeat makes no second tenant. Throws `idempotency_key_reused`. */
  async run(
    wanted: Pick<TenantRecord, 'name' | 'providerAccounts'>,
    request: { readonly idempotencyKey: string; readonly fingerprint: Uint8Array<ArrayBuffer> },
    by: RequestActor,
  ): Promise<{ readonly tenant: TenantRecord; readonly isNew: boolean }> {
    const made = await this.tenants.createOnce(wanted, request, by);
    if (made) return made;
    throw new AppError('idempotency_key_reused', 'The Idempotency-Key was used before with another request.');
  }
}
