import type { FastifyReply } from 'fastify';
import { HttpProblem } from '../problems/http-problem.js';
import type { RequestCounts } from './request-counts.js';

/** One of the counts that a request belongs to: so many of `who` in a window. */
export interface RequestCount {
  readonly name: string;
  readonly who: string;
  readonly limit: number;
  readonly windowMs: number;
}

/** Counts requests without a valid key, per client address. */
export const BY_ADDRESS = 'address';

export const countKey = ({ name, who }: Pick<RequestCount, 'name' | 'who'>): string => `${name}:${who}`;

/**
 * Counts a request, and writes the limit and what is left of it into the response (IETF draft `RateLimit` headers).
 * Throws HttpProblem above the limit.
 */
export const countRequest = async (counts: RequestCounts, reply: FastifyReply, count: RequestCount): Promise<void> => {
  const { name, limit, windowMs } = count;
  const { totalHits, timeToExpire } = await counts.increment(countKey(count), windowMs, limit);
  void reply.headers({
    'ratelimit-policy': `"${name}";q=${limit};w=${windowMs / 1000}`,
    ratelimit: `"${name}";r=${Math.max(0, limit - totalHits)};t=${timeToExpire}`,
  });
  if (totalHits <= limit) return;
  throw new HttpProblem('rate_limited', `More than ${limit} requests in ${windowMs / 1000} seconds.`, {
    retryAfterMs: timeToExpire * 1000,
  });
};
