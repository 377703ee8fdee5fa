import { PRICING_DEADLINE_MS } from '../../application/quotes/collect-offers.js';

/** How long a caller waits for the provider, and which part of the request's Prefer header was honoured. */
export interface PreferWait {
  readonly waitMs: number;
  /** For Preference-Applied; null if the header is missing or not understood. */
  readonly applied: string | null;
}

const DEFAULT_WAIT_SECONDS = 10;
const MAX_WAIT_SECONDS = 30;

/**
 * `Prefer: respond-async` or `Prefer: wait=N`, N from 0 to 30 seconds (RFC 7240). Together they mean: wait N seconds,
 * then respond with 202, which is what `wait=N` does here anyway. Anything else is ignored, as the RFC says.
 */
export const preferWaitFrom = (header: string | string[] | undefined): PreferWait => {
  const preferences = preferencesIn(header);
  const waits = preferences.map(waitSecondsFrom).find((seconds) => seconds !== null) ?? null;
  if (waits !== null) return { waitMs: waits * 1000, applied: `wait=${waits}` };
  if (preferences.includes('respond-async')) return { waitMs: 0, applied: 'respond-async' };
  return { waitMs: DEFAULT_WAIT_SECONDS * 1000, applied: null };
};

/** The same for a quote, which has nothing to respond with before the providers do: N from 1 to 30. */
export const quoteWaitFrom = (header: string | string[] | undefined): PreferWait => {
  const seconds = preferencesIn(header)
    .map(waitSecondsFrom)
    .find((wait) => wait !== null && wait > 0);
  return seconds == null
    ? { waitMs: PRICING_DEADLINE_MS, applied: null }
    : { waitMs: seconds * 1000, applied: `wait=${seconds}` };
};

/** The same for what may already be there: waits only if asked to. */
export const newsWaitFrom = (header: string | string[] | undefined): PreferWait => {
  const seconds = preferencesIn(header)
    .map(waitSecondsFrom)
    .find((wait) => wait !== null);
  return seconds == null ? { waitMs: 0, applied: null } : { waitMs: seconds * 1000, applied: `wait=${seconds}` };
};

const preferencesIn = (header: string | string[] | undefined): readonly string[] =>
  String(header ?? '')
    .split(/[,;]/)
    .map((part) => part.trim().toLowerCase());

const waitSecondsFrom = (preference: string): number | null => {
  const [, digits] = /^wait\s*=\s*"?(\d{1,3})"?$/.exec(preference) ?? [];
  if (digits === undefined || Number(digits) > MAX_WAIT_SECONDS) return null;
  return Number(digits);
};
