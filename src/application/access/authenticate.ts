import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { BuyerLimits } from '../../domain/limits/purchase-limits.js';
import { KeyUsesRepository } from '../../persistence/access/key-uses.repository.js';
import { TenantsRepository } from '../../persistence/access/tenants.repository.js';
import { apiKeyFrom, type ApiKeyText } from './api-key.js';
import { KeyReads, type Pace } from './key-reads.js';
import { scopesFrom, type Scope } from './scopes.js';

/** Who is calling. */
export interface Principal {
  readonly tenantId: string;
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The tenant's own accounts, by provider id. */
  readonly providerAccounts: Readonly<Record<string, string>>;
  /** What tenant and key may buy, where it differs from the defaults. */
  readonly limits: BuyerLimits;
  /** Whether what is sent to the callback addresses of the tenant's orders can be signed. */
  readonly hasCallbackSecret: boolean;
}

interface CacheEntry {
  readonly secretHash: Uint8Array;
  readonly principal: Principal;
  readonly readAtMs: number;
}

/**
 * A revoked key works, and a changed limit is not seen, for at most this long. In exchange, no request asks the database
 * who its caller is.
 */
const CACHE_TTL_MS = 5_000;

/** A key that was read this long ago is read again in the background, so that later requests need not wait. */
const REFRESH_AFTER_MS = 2_500;

const MAX_CACHED_KEYS = 10_000;

@Injectable()
export class Authenticate {
  private readonly cache = new Map<string, CacheEntry>();
  /** Reads under way, by key id: requests that come together share one. */
  private readonly reads = new Map<string, Promise<CacheEntry | null>>();
  private readonly keys: KeyReads;

  constructor(
    tenants: TenantsRepository,
    private readonly uses: KeyUsesRepository,
  ) {
    this.keys = new KeyReads(tenants);
  }

  /** Whether this process has found the key good before. It may have been revoked since. */
  hasSeen(authorization: string | undefined): boolean {
    const key = keyIn(authorization);
    const seen = key && this.cache.get(key.keyId);
    return seen ? isKeyOf(seen, key) : false;
  }

  /**
   * The caller behind `Authorization: Bearer …`.
   * @returns null if there is no key, or it is malformed, unknown, revoked or expired.
   */
  async run(authorization: string | undefined, pace: Pace = 'at_once'): Promise<Principal | null> {
    const key = keyIn(authorization);
    if (!key) return null;
    const known = this.cached(key.keyId) ?? (await this.read(key.keyId, pace));
    if (!known || !isKeyOf(known, key)) return null;
    this.uses.note(key.keyId);
    return known.principal;
  }

  private cached(keyId: string): CacheEntry | null {
    const known = this.cache.get(keyId);
    if (!known) return null;
    const ageMs = performance.now() - known.readAtMs;
    if (ageMs >= CACHE_TTL_MS) return null;
    if (ageMs >= REFRESH_AFTER_MS) void this.read(keyId, 'at_once').catch(() => undefined);
    return known;
  }

  private read(keyId: string, pace: Pace): Promise<CacheEntry | null> {
    const underWay = this.reads.get(keyId);
    if (underWay) return underWay;
    const read = this.readFromDatabase(keyId, pace).finally(() => this.reads.delete(keyId));
    this.reads.set(keyId, read);
    return read;
  }

  private async readFromDatabase(keyId: string, pace: Pace): Promise<CacheEntry | null> {
    const readAtMs = performance.now();
    const found = await this.keys.read(keyId, pace);
    if (!found) {
      this.cache.delete(keyId);
      return null;
    }
    const { secretHash, ...rest } = found;
    const scopes = scopesFrom(found.scopes);
    const entry = { secretHash, principal: { ...rest, keyId, scopes }, readAtMs };
    if (this.cache.size >= MAX_CACHED_KEYS) this.cache.clear();
    this.cache.set(keyId, entry);
    return entry;
  }
}

const keyIn = (authorization: string | undefined): ApiKeyText | null => {
  const [, text] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  return text === undefined ? null : apiKeyFrom(text);
};

const isKeyOf = (entry: CacheEntry, key: ApiKeyText): boolean => timingSafeEqual(entry.secretHash, key.secretHash);
