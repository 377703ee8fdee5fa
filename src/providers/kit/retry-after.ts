/**
 * A wait that a provider asks for is honoured up to a day. Anything longer is taken for a mistake and counts as not said:
 * one such header would otherwise stop every call to the provider for as long.
 */
const LONGEST_MS = 24 * 60 * 60_000;

type Header = (name: string) => string | null;

/** Headers as axios has them. */
export const headerOf =
  (headers: unknown): Header =>
  (name) => {
    const value: unknown =
      typeof headers === 'object' && headers !== null ? (headers as Record<string, unknown>)[name] : null;
    return typeof value === 'string' ? value : null;
  };

const honoured = (ms: number): number | undefined => (ms <= LONGEST_MS ? Math.max(ms, 0) : undefined);

const SECONDS = /^\d{1,10}(\.\d{1,3})?$/;

const fromRetryAfter = (value: string, now: number): number | undefined =>
  honoured(SECONDS.test(value) ? Number(value) * 1_000 : Date.parse(value) - now);

/**
 * A reset is a time in Unix seconds, as in `X-RateLimit-Reset`, or a delay in seconds if the number is too small for
 * one.
 */
const EARLIEST_MOMENT = 1_000_000_000;

const fromReset = (value: string, now: number): number | undefined => {
  if (!SECONDS.test(value)) return undefined;
  const seconds = Number(value);
  return honoured(seconds >= EARLIEST_MOMENT ? seconds * 1_000 - now : seconds * 1_000);
};

const resetMs = (header: Header, now: number): number | undefined => {
  const reset = header('x-ratelimit-reset') ?? header('ratelimit-reset');
  return reset === null ? undefined : fromReset(reset.trim(), now);
};

const NOTHING = /^\s*0+\s*$/;

/** How long until the provider takes calls again. @returns null unless the response says that the quota is used up. */
export const quotaBackIn = (header: Header, now: number): number | null => {
  const remaining = header('x-ratelimit-remaining') ?? header('ratelimit-remaining');
  return remaining !== null && NOTHING.test(remaining) ? (resetMs(header, now) ?? null) : null;
};

/** How long the provider asks to wait; undefined if it does not say. `now` in epoch milliseconds. */
export const retryAfterMs = (header: Header, now: number): number | undefined => {
  const retryAfter = header('retry-after');
  const fromHeader = retryAfter === null ? undefined : fromRetryAfter(retryAfter.trim(), now);
  return fromHeader ?? resetMs(header, now);
};
