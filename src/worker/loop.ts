/**
 * Rounds, one after another, until it is stopped. Each says how long there is nothing to do; being woken ends that, and
 * what wakes it during a round brings another one at once.
 */
export class Loop {
  private readonly stopping = new AbortController();
  private woken = false;
  private endIdle: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly round: () => Promise<number>,
    /** What is said of a round that failed. */
    private readonly onFailure: (thrown: unknown) => void,
    /** How long to leave the database alone then: it may not respond. */
    private readonly pauseMs = 1_000,
  ) {}

  start(): void {
    this.running = this.work();
  }

  wake(): void {
    this.woken = true;
    this.endIdle();
  }

  /** Resolves when the round under way is over. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  private async work(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      // Reset before the round: what wakes it meanwhile may have come too late for what the round looks at.
      this.woken = false;
      const idleMs = await this.round().catch((thrown: unknown) => {
        this.onFailure(thrown);
        return this.pauseMs;
      });
      if (idleMs > 0) await this.idle(idleMs);
    }
  }

  private async idle(ms: number): Promise<void> {
    if (this.woken) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.endIdle = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }
}
