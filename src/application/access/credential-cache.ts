import { CredentialReads, type Pace } from './credential-reads.js';

interface CacheEntry<T> {
  readonly found: T;
  readonly readAtMs: number;
}

/**
 * A revoked key or ended session works, and a changed limit or role is not seen, for at most this long. In exchange, no
 * request asks the database who its caller is.
 */
const CACHE_TTL_MS = 5_000;

/** What was read this long ago is read again in the background, so that later requests need not wait. */
const REFRESH_AFTER_MS = 2_500;

const MAX_CACHED = 10_000;

/** Keys or sessions as they were read a moment ago, by id. */
export class CredentialCache<T> {
  private readonly entries = new Map<string, CacheEntry<T>>();
  /** Reads under way: requests that come together share one. */
  private readonly underWay = new Map<string, Promise<T | null>>();
  private readonly reads: CredentialReads<T>;

  constructor(readMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>) {
    this.reads = new CredentialReads(readMany);
  }

  /** As this process has found it before, however long ago. It may be no good any more. */
  seen(id: string): T | null {
    return this.entries.get(id)?.found ?? null;
  }

  /** @returns null if there is none that is good. */
  async get(id: string, pace: Pace): Promise<T | null> {
    return this.fresh(id) ?? (await this.read(id, pace));
  }

  private fresh(id: string): T | null {
    const known = this.entries.get(id);
    if (!known) return null;
    const ageMs = performance.now() - known.readAtMs;
    if (ageMs >= CACHE_TTL_MS) return null;
    if (ageMs >= REFRESH_AFTER_MS) void this.read(id, 'at_once').catch(() => undefined);
    return known.found;
  }

  private read(id: string, pace: Pace): Promise<T | null> {
    const underWay = this.underWay.get(id);
    if (underWay) return underWay;
    const read = this.readFromDatabase(id, pace).finally(() => this.underWay.delete(id));
    this.underWay.set(id, read);
    return read;
  }

  private async readFromDatabase(id: string, pace: Pace): Promise<T | null> {
    const readAtMs = performance.now();
    const found = await this.reads.read(id, pace);
    if (found === null) {
      this.entries.delete(id);
      return null;
    }
    if (this.entries.size >= MAX_CACHED) this.entries.clear();
    this.entries.set(id, { found, readAtMs });
    return found;
  }
}
