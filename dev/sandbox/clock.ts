import { performance } from 'node:perf_hooks';

/**
 * A simulator's own time: real time plus an offset that only grows.
 * Microsecond resolution, so that two rows made within one millisecond keep their order.
 */
export class SandboxClock {
  private movedMs = 0;

  /** Milliseconds since 1970, with a fraction. */
  nowMs(): number {
    return Math.round((performance.timeOrigin + performance.now() + this.movedMs) * 1000) / 1000;
  }

  /** How far the clock has been moved ahead of real time. */
  get offsetMs(): number {
    return this.movedMs;
  }

  set offsetMs(offsetMs: number) {
    this.movedMs = offsetMs;
  }
}

/** `2026-01-05T18:00:00.000Z` */
export const toIsoMillis = (ms: number): string => new Date(ms).toISOString();

/** `2026-01-05T18:00:00Z` */
export const toIsoSeconds = (ms: number): string => `${toIsoMillis(ms).slice(0, 19)}Z`;

/** `2026-01-05T18:00:00.000000` and the suffix. */
export const toIsoMicros = (ms: number, suffix: 'Z' | '+00:00' = 'Z'): string => {
  const micros = Math.round(ms * 1000) % 1000;
  return `${toIsoMillis(ms).slice(0, 23)}${String(micros).padStart(3, '0')}${suffix}`;
};
