export interface RateWindow {
  readonly limit: number;
  readonly windowMs: number;
}

export interface RateReading {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Unix seconds at which the window named here starts again. */
  readonly resetAtSeconds: number;
}

/** Fixed windows counted together: a request must fit into each of them. A refused request is not counted. */
export class RateLimit {
  private readonly counters: Counter[];

  constructor(windows: readonly RateWindow[]) {
    this.counters = windows.map((window) => new Counter(window));
  }

  /** Counts one request; describes the window that is fullest. */
  take(nowMs: number): RateReading {
    const allowed = this.counters.every((counter) => counter.remainingAt(nowMs) > 0);
    if (allowed) for (const counter of this.counters) counter.count();
    const [first, ...others] = this.counters.map((counter) => counter.reading(nowMs, allowed));
    if (!first) return { allowed: true, limit: Infinity, remaining: Infinity, resetAtSeconds: 0 };
    return others.reduce((fullest, next) => (next.remaining < fullest.remaining ? next : fullest), first);
  }

  clear(): void {
    for (const counter of this.counters) counter.clear();
  }
}

class Counter {
  private windowIndex = -1;
  private used = 0;

  constructor(private readonly window: RateWindow) {}

  remainingAt(nowMs: number): number {
    const index = Math.floor(nowMs / this.window.windowMs);
    if (index !== this.windowIndex) {
      this.windowIndex = index;
      this.used = 0;
    }
    return this.window.limit - this.used;
  }

  count(): void {
    this.used += 1;
  }

  reading(nowMs: number, allowed: boolean): RateReading {
    const remaining = this.remainingAt(nowMs);
    const resetAtSeconds = Math.ceil(((this.windowIndex + 1) * this.window.windowMs) / 1000);
    return { allowed, limit: this.window.limit, remaining, resetAtSeconds };
  }

  clear(): void {
    this.windowIndex = -1;
  }
}
