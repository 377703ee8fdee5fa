/**
 * A run's exclusive, expiring right to act on a task. The token fences every write of the run: the database decides
 * when the lease ends, and a write that does not find the token changes nothing.
 */
export class Lease {
  private constructor(
    readonly subjectId: string,
    readonly token: string,
    private readonly endsAtMs: number,
    private readonly endsAtWallMs: number,
  ) {}

  /**
   * `askedAtMs` is `monotonicMs()` from before the database was asked, so that the lease ends here before it ends in
   * the database.
   */
  static granted(subjectId: string, token: string, askedAtMs: number, leaseMs: number): Lease {
    const spentMs = monotonicMs() - askedAtMs;
    return new Lease(subjectId, token, askedAtMs + leaseMs, Date.now() - spentMs + leaseMs);
  }

  /**
   * Whether the lease will still hold in `ms`, by two clocks: the monotonic one, which cannot be set back, and the wall
   * clock, which also runs while the machine sleeps.
   */
  outlasts(ms: number): boolean {
    return monotonicMs() + ms < this.endsAtMs && Date.now() + ms < this.endsAtWallMs;
  }
}

export const monotonicMs = (): number => performance.now();
