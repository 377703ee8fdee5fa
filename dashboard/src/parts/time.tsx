import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const tell of listeners) tell();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

/** Now, by a clock that ticks every so many milliseconds. */
export const useNow = (everyMs: number): number =>
  useSyncExternalStore(subscribe, () => Math.floor(Date.now() / everyMs) * everyMs);

/** `16:11:56`, in UTC. */
export const clockOf = (at: number): string => new Date(at).toISOString().slice(11, 19);

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** `2 h 10 min`: the two largest units, and below a minute seconds. */
export const durationOf = (ms: number): string => {
  let seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const words: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) words.push(`${count} ${unit}`);
    else if (words.length > 0) break;
    if (words.length === 2) break;
  }
  return words.join(' ');
};

/** A time in UTC; the local one when it is pointed at. In columns the head says the zone. */
export const Time = ({ at, inColumn = false }: { at: string; inColumn?: boolean }) => (
  <time dateTime={at} title={local.format(new Date(at))}>
    {at.slice(0, 10)} {at.slice(11, 19)}
    {!inColumn && <span className="zone"> UTC</span>}
  </time>
);

/** How long ago it was. */
export const Age = ({ since }: { since: string }) => {
  const now = useNow(1_000);
  return (
    <time dateTime={since} title={`${since.slice(0, 19).replace('T', ' ')} UTC, ${local.format(new Date(since))}`}>
      {durationOf(now - Date.parse(since))}
    </time>
  );
};

/** How long until then; what is due is being done. */
export const Until = ({ at }: { at: string }) => {
  const ms = Date.parse(at) - useNow(1_000);
  return (
    <time dateTime={at} title={`${at.slice(0, 19).replace('T', ' ')} UTC`}>
      {ms > 0 ? `in ${durationOf(ms)}` : 'now'}
    </time>
  );
};
