/**
 * A run's exclusive, expiring right to act on a task. The token fences every write of the run: the database holds
 * the real expiry, and a write that no longer finds the token changes nothing.
 */
export class Lease {
  private constructor(
    readonly subjectId: string,
    readonly token: string,
    private readonly endsAtMs: number,
    private readonly endsAtWallMs: number,
  ) {}

  /**
   * `askedAtMs` is `monotonicMs()` from before the database was asked, so that this process never believes in its
   * lease for longer than the database does.
   */
  static granted(subjectId: string, token: string, askedAtMs: number, leaseMs: number): Lease {
    const spentMs = monotonicMs() - askedAtMs;
    return new Lease(subjectId, token, askedAtMs + leaseMs, Date.now() - spentMs + leaseMs);
  }

  /**
   * Whether the lease still holds in `ms` from now, on a clock that nobody can set back, and on the one that goes on
   * while the machine sleeps.
   */
  outlasts(ms: number): boolean {
    return monotonicMs() + ms < this.endsAtMs && Date.now() + ms < this.endsAtWallMs;
  }
}

export const monotonicMs = (): number => performance.now();
