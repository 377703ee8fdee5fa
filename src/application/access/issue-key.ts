import { Injectable } from '@nestjs/common';
import { TenantsRepository } from '../../persistence/access/tenants.repository.js';
import { newApiKey } from './api-key.js';
import type { Scope } from './scopes.js';

@Injectable()
export class IssueKey {
  constructor(private readonly tenants: TenantsRepository) {}

  /** A new key's text, shown once and never again. Null: no such tenant. */
  async run(
    tenantId: string,
    name: string,
    scopes: readonly Scope[],
    options: { environment: 'live' | 'dev'; expiresAt: Date | null },
  ): Promise<string | null> {
    const { text, keyId, secretHash } = newApiKey(options.environment);
    const added = await this.tenants.addKey({
      keyId,
      tenantId,
      name,
      secretHash,
      scopes,
      expiresAt: options.expiresAt,
    });
    return added ? text : null;
  }
}
