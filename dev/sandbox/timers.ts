/** The timers of one simulator, so that stopping it leaves none behind. */
export class Timers {
  private readonly running = new Set<NodeJS.Timeout>();
  private readonly stopping = new AbortController();

  /** Aborted when the simulator stops. */
  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  after(ms: number, act: () => void): void {
    if (this.stopped.aborted) return;
    const timer = setTimeout(() => {
      this.running.delete(timer);
      act();
    }, ms);
    this.running.add(timer);
  }

  every(ms: number, act: () => void): void {
    if (this.stopped.aborted) return;
    this.running.add(setInterval(act, ms));
  }

  /** Never resolves when the simulator stops first. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  stop(): void {
    this.stopping.abort();
    for (const timer of this.running) clearTimeout(timer);
    this.running.clear();
  }
}
