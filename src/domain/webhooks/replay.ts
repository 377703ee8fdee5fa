/** `failed`: dead letters. `missing`: events that were never queued, as while it was disabled. `all`: both, and delivered ones. */
export const REPLAY_CHOICES = ['failed', 'missing', 'all'] as const;
export type ReplayChoice = (typeof REPLAY_CHOICES)[number];

/** Of the events that happened at `since` or later, and before `until`. */
export interface ReplayWindow {
  readonly since: Date;
  readonly until: Date;
  readonly only: ReplayChoice;
}

/** A caller who needs more reads the feed, which has everything. */
export const MOST_WINDOW_DAYS = 31;
export const MOST_REPLAYED = 50_000;
