import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Actor } from '../../domain/orders/cause.js';
import { TenantsRepository } from '../../persistence/access/tenants.repository.js';
import { newApiKey } from './api-key.js';
import type { Scope } from './scopes.js';

/** A key that is never good is a mistake, and nobody would see it before the first request. Throws `expiry_past`. */
export const requireFuture = (expiresAt: Date | null): void => {
  if (expiresAt !== null && expiresAt.getTime() <= Date.now())
    throw new AppError('expiry_past', 'The expiry of a key must be in the future.', {
      errors: { expires_at: ['must be in the future'] },
    });
};

@Injectable()
export class IssueKey {
  constructor(private readonly tenants: TenantsRepository) {}

  /**
   * The text of a new key, which is shown once and stored nowhere. Throws `expiry_past`.
   * @returns null if there is no such tenant, or it is revoked.
   */
  async run(
    tenantId: string,
    name: string,
    scopes: readonly Scope[],
    options: { environment: 'live' | 'dev'; expiresAt: Date | null; by: Actor },
  ): Promise<string | null> {
    requireFuture(options.expiresAt);
    const { text, keyId, secretHash } = newApiKey(options.environment);
    const key = { keyId, tenantId, name, secretHash, scopes, expiresAt: options.expiresAt };
    const added = await this.tenants.addKey(key, options.by);
    return added ? text : null;
  }
}
