import type { Timers } from './timers.js';

/** Requests the provider has received and not acted on yet, although their response is no longer awaited. */
export class LateEffects {
  private readonly waiting = new Set<() => void>();

  constructor(private readonly timers: Timers) {}

  add(act: () => void, afterMs: number | null): void {
    this.waiting.add(act);
    if (afterMs !== null) this.timers.after(afterMs, () => this.run(act));
  }

  get count(): number {
    return this.waiting.size;
  }

  /** Lets all of them happen now, oldest first; says how many. */
  release(): number {
    const acts = [...this.waiting];
    for (const act of acts) this.run(act);
    return acts.length;
  }

  clear(): void {
    this.waiting.clear();
  }

  private run(act: () => void): void {
    if (this.waiting.delete(act)) act();
  }
}
