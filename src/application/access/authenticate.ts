import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KeyUsesRepository } from '../../persistence/access/key-uses.repository.js';
import { TenantsRepository, type GoodKey } from '../../persistence/access/tenants.repository.js';
import { apiKeyFrom, type ApiKeyText } from './api-key.js';
import { CredentialCache } from './credential-cache.js';
import type { Pace } from './credential-reads.js';
import type { Principal } from './principal.js';
import { SCOPES_OF_ROLE, scopesFrom } from './scopes.js';

interface KnownKey {
  readonly secretHash: Uint8Array;
  readonly principal: Principal;
}

/** Who calls with an API key. */
@Injectable()
export class Authenticate {
  private readonly keys: CredentialCache<KnownKey>;

  constructor(
    tenants: TenantsRepository,
    private readonly uses: KeyUsesRepository,
  ) {
    this.keys = new CredentialCache(async (ids) => {
      const found = await tenants.findGoodKeys(ids);
      return new Map([...found].map(([keyId, key]) => [keyId, knownKey(keyId, key)]));
    });
  }

  /** Whether this process has found the key good before. It may have been revoked since. */
  hasSeen(authorization: string | undefined): boolean {
    const key = keyIn(authorization);
    const seen = key && this.keys.seen(key.keyId);
    return seen ? isKeyOf(seen, key) : false;
  }

  /**
   * The caller behind `Authorization: Bearer …`.
   * @returns null if there is no key, or it is malformed, unknown, revoked or expired.
   */
  async run(authorization: string | undefined, pace: Pace = 'at_once'): Promise<Principal | null> {
    const key = keyIn(authorization);
    if (!key) return null;
    const known = await this.keys.get(key.keyId, pace);
    if (!known || !isKeyOf(known, key)) return null;
    this.uses.note(key.keyId);
    return known.principal;
  }
}

const keyIn = (authorization: string | undefined): ApiKeyText | null => {
  const [, text] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  return text === undefined ? null : apiKeyFrom(text);
};

const isKeyOf = (known: KnownKey, key: ApiKeyText): boolean => timingSafeEqual(known.secretHash, key.secretHash);

const knownKey = (keyId: string, { secretHash, scopes: words, ...rest }: GoodKey): KnownKey => {
  const scopes = scopesFrom(rest.operator ? SCOPES_OF_ROLE[rest.operator.role] : words);
  return { secretHash, principal: { ...rest, keyId, session: null, scopes } };
};
