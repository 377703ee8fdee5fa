/** `in_batches`: together with whatever comes within this time. A person with a good key hardly notices it. */
const BATCH_MS = 250;

export type Pace = 'at_once' | 'in_batches';

interface Waiting<T> {
  readonly found: Promise<T | null>;
  readonly settle: (found: T | null) => void;
  readonly fail: (thrown: unknown) => void;
}

/**
 * Reads keys, or sessions, by id: all that wait in one query, and one query at a time. So those that somebody makes up
 * cost one connection at most, however many there are, and in batches four queries a second.
 */
export class CredentialReads<T> {
  private waiting = new Map<string, Waiting<T>>();
  private isDue = false;
  private isReading = false;
  private batch: NodeJS.Timeout | null = null;

  constructor(private readonly readMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>) {}

  /** @returns null if there is none that is good. */
  read(id: string, pace: Pace): Promise<T | null> {
    const waiting = this.waiting.get(id) ?? newlyWaiting<T>();
    this.waiting.set(id, waiting);
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
      const wanted = this.waiting;
      this.waiting = new Map();
      this.isDue = false;
      try {
        const found = await this.readMany([...wanted.keys()]);
        for (const [id, { settle }] of wanted) settle(found.get(id) ?? null);
      } catch (thrown) {
        for (const { fail } of wanted.values()) fail(thrown);
      }
    }
    this.isReading = false;
  }
}

const newlyWaiting = <T>(): Waiting<T> => {
  let settle: Waiting<T>['settle'] = () => undefined;
  let fail: Waiting<T>['fail'] = () => undefined;
  const found = new Promise<T | null>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  return { found, settle, fail };
};
