/** A provider's wish is honoured up to a day; anything longer is garbage, and a person should be asked instead. */
const LONGEST_MS = 24 * 60 * 60_000;

type Header = (name: string) => string | null;

const within = (ms: number): number | undefined =>
  Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_MS) : undefined;

const SECONDS = /^\d{1,10}(\.\d{1,3})?$/;

const fromRetryAfter = (value: string, now: number): number | undefined =>
  within(SECONDS.test(value) ? Number(value) * 1_000 : Date.parse(value) - now);

/** A reset is a moment (Unix seconds, as `X-RateLimit-Reset` has it) or, when too small for one, a delay in seconds. */
const EARLIEST_MOMENT = 1_000_000_000;

const fromReset = (value: string, now: number): number | undefined => {
  if (!SECONDS.test(value)) return undefined;
  const seconds = Number(value);
  return within(seconds >= EARLIEST_MOMENT ? seconds * 1_000 - now : seconds * 1_000);
};

/** How long the provider asks to wait; undefined when it does not say. `now` in epoch milliseconds. */
export const retryAfterMs = (header: Header, now: number): number | undefined => {
  const retryAfter = header('retry-after');
  const fromHeader = retryAfter === null ? undefined : fromRetryAfter(retryAfter.trim(), now);
  if (fromHeader !== undefined) return fromHeader;
  const reset = header('x-ratelimit-reset') ?? header('ratelimit-reset');
  return reset === null ? undefined : fromReset(reset.trim(), now);
};
