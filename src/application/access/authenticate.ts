import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { TenantsRepository } from '../../persistence/access/tenants.repository.js';
import { apiKeyFrom } from './api-key.js';
import { SCOPES, type Scope } from './scopes.js';

/** Who is calling. */
export interface Principal {
  readonly tenantId: string;
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The tenant's own accounts, by provider id. */
  readonly providerAccounts: Readonly<Record<string, string>>;
}

/** A revoked key works for at most this long, in exchange for not asking the database with every request. */
const CACHE_TTL_MS = 5_000;
const KEPT_KEYS = 10_000;

@Injectable()
export class Authenticate {
  private readonly kept = new Map<
    string,
    { readonly secretHash: Uint8Array; readonly principal: Principal; readonly untilMs: number }
  >();

  constructor(private readonly tenants: TenantsRepository) {}

  /** The caller behind `Authorization: Bearer …`. Null: no key, not a key, unknown, revoked or expired. */
  async run(authorization: string | undefined): Promise<Principal | null> {
    const [, text] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    const key = text === undefined ? null : apiKeyFrom(text);
    if (!key) return null;
    const known = this.fromMemory(key.keyId) ?? (await this.fromDatabase(key.keyId));
    return known && timingSafeEqual(known.secretHash, key.secretHash) ? known.principal : null;
  }

  private fromMemory(keyId: string): { secretHash: Uint8Array; principal: Principal } | null {
    const known = this.kept.get(keyId);
    return known && known.untilMs > performance.now() ? known : null;
  }

  private async fromDatabase(keyId: string): Promise<{ secretHash: Uint8Array; principal: Principal } | null> {
    this.kept.delete(keyId);
    const found = await this.tenants.findGoodKey(keyId);
    if (!found) return null;
    const principal: Principal = {
      tenantId: found.tenantId,
      keyId,
      scopes: new Set(SCOPES.filter((scope) => found.scopes.includes(scope))),
      providerAccounts: found.providerAccounts,
    };
    if (this.kept.size >= KEPT_KEYS) this.kept.clear();
    const entry = { secretHash: found.secretHash, principal, untilMs: performance.now() + CACHE_TTL_MS };
    this.kept.set(keyId, entry);
    return entry;
  }
}
