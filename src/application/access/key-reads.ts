import type { GoodKey, TenantsRepository } from '../../persistence/access/tenants.repository.js';

/** `in_batches`: together with whatever comes within this time. A person with a good key hardly notices it. */
const BATCH_MS = 250;

export type Pace = 'at_once' | 'in_batches';

interface Waiting {
  readonly found: Promise<GoodKey | null>;
  readonly settle: (key: GoodKey | null) => void;
  readonly fail: (thrown: unknown) => void;
}

/**
 * Reads keys, all that wait in one query, and one query at a time. So keys that somebody makes up cost one connection
 * at most, however many there are, and in batches four queries a second.
 */
export class KeyReads {
  private waiting = new Map<string, Waiting>();
  private isDue = false;
  private isReading = false;
  private batch: NodeJS.Timeout | null = null;

  constructor(private readonly tenants: TenantsRepository) {}

  /** @returns null if the key is unknown or expired, or it or its tenant is revoked. */
  read(keyId: string, pace: Pace): Promise<GoodKey | null> {
    const waiting = this.waiting.get(keyId) ?? newlyWaiting();
    this.waiting.set(keyId, waiting);
    if (pace === 'at_once') this.readNow();
    else this.batch ??= setTimeout(this.readNow, BATCH_MS);
    return waiting.found;
  }

  private readonly readNow = (): void => {
    if (this.batch) clearTimeout(this.batch);
    this.batch = null;
    this.isDue = true;
    if (!this.isReading) void this.readWaiting();
  };

  /** What comes during a query waits for the next. Never rejects. */
  private async readWaiting(): Promise<void> {
    this.isReading = true;
    while (this.isDue) {
      const keys = this.waiting;
      this.waiting = new Map();
      this.isDue = false;
      try {
        const found = await this.tenants.findGoodKeys([...keys.keys()]);
        for (const [keyId, { settle }] of keys) settle(found.get(keyId) ?? null);
      } catch (thrown) {
        for (const { fail } of keys.values()) fail(thrown);
      }
    }
    this.isReading = false;
  }
}

const newlyWaiting = (): Waiting => {
  let settle: Waiting['settle'] = () => undefined;
  let fail: Waiting['fail'] = () => undefined;
  const found = new Promise<GoodKey | null>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  return { found, settle, fail };
};
