import { keepPreviousData } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { isSignedOut, Refused } from './client.ts';

const HIDDEN_MS = 30_000;
const LONGEST_MS = 60_000;

let paused = false;
const listeners = new Set<() => void>();

export const setPaused = (to: boolean): void => {
  paused = to;
  for (const tell of listeners) tell();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const usePaused = (): boolean => useSyncExternalStore(subscribe, () => paused);

interface Asked {
  readonly state: { readonly error: Error | null; readonly dataUpdatedAt: number; readonly errorUpdatedAt: number };
}

/**
 * When a query asks again. After errors it waits as long as it has been without an answer, up to a minute, so the waits
 * double; as long as the gateway says where it says so; and not at all without a session.
 */
const nextPoll = (everyMs: number, { state }: Asked): number | false => {
  if (paused || isSignedOut(state.error)) return false;
  const usual = document.hidden ? Math.max(HIDDEN_MS, everyMs) : everyMs;
  if (state.error === null) return usual;
  const wanted = state.error instanceof Refused ? (state.error.problem.retry.after_seconds ?? 0) * 1000 : 0;
  const without = Math.min(LONGEST_MS, state.errorUpdatedAt - (state.dataUpdatedAt || state.errorUpdatedAt));
  return Math.max(usual, wanted, without);
};

const polledEvery = (everyMs: number) =>
  ({
    refetchInterval: (query: Asked) => nextPoll(everyMs, query),
    refetchIntervalInBackground: true,
  }) as const;

/** For what is shown as it is now. */
export const LIVE = polledEvery(5_000);

/** The same for a list: another page of it replaces this one when it has come. */
export const LIVE_LIST = { ...LIVE, placeholderData: keepPreviousData } as const;

/** For each of two that one screen shows: together they ask as often as one. */
export const LIVE_HALF = polledEvery(10_000);

/** For what is told beside the work. */
export const SLOW = polledEvery(30_000);
