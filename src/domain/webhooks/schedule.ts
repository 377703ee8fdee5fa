import type { SendResult } from './delivery.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** After each failed try, until the next: a deploy, a bad night and a long weekend are bridged. Ten tries in 75 hours. */
const RETRY_DELAYS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

/** After as many, a delivery is a dead letter. */
export const MOST_TRIES = RETRY_DELAYS_MS.length + 1;

/** The share by which a delay varies, so that what failed together does not come back together. */
const JITTER = 0.1;

/** An endpoint at which nothing has come through for so long is disabled. Longer than all tries of one delivery take. */
export const MOST_FAILING_MS = 120 * HOUR;

/** The whole of one request, from resolving the name to the last byte that is read of the answer. */
export const SEND_MS = 15 * SECOND;

/**
 * An endpoint at which nothing has come through for so long gets one request at a time. Sooner, a receiver that fails now
 * and then would wait behind each request of its that hangs.
 */
export const ONE_AT_A_TIME_AFTER_MS = 2 * SEND_MS;

/** A sender records what came of a request before this ends, or another one sends it again. */
export const SEND_LEASE_MS = 2 * SEND_MS;

/** What a request makes of its delivery and its endpoint. */
export type Verdict =
  | { readonly delivery: 'delivered'; readonly endpoint: 'works' }
  | { readonly delivery: 'pending'; readonly delayMs: number; readonly endpoint: 'fails' }
  | { readonly delivery: 'dead'; readonly endpoint: 'fails' | 'gone' };

/** `tries`: since it was last queued, this one included. `random`: from 0 to 1. */
export const verdictOf = ({ status, failure }: SendResult, tries: number, random: number): Verdict => {
  if (failure === null) return { delivery: 'delivered', endpoint: 'works' };
  if (status === 410) return { delivery: 'dead', endpoint: 'gone' };
  const delayMs = RETRY_DELAYS_MS[tries - 1];
  if (delayMs === undefined) return { delivery: 'dead', endpoint: 'fails' };
  return { delivery: 'pending', delayMs: delayMs * (1 - JITTER + 2 * JITTER * random), endpoint: 'fails' };
};
