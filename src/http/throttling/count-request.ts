import type { FastifyReply } from 'fastify';
import { HttpProblem } from '../problems/http-problem.js';
import type { RequestCounts } from './request-counts.js';

/** One of the counts that a request belongs to: so many of `who` in a window. */
export interface RequestCount {
  readonly name: string;
  readonly who: string;
  /** For the refusal, where it is not the caller's requests alone. */
  readonly whose?: string | undefined;
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
  const { name, whose, limit, windowMs } = count;
  const { totalHits, timeToExpire } = await counts.increment(countKey(count), windowMs, limit);
  addToList(reply, 'ratelimit-policy', `"${name}";q=${limit};w=${windowMs / 1000}`);
  addToList(reply, 'ratelimit', `"${name}";r=${Math.max(0, limit - totalHits)};t=${timeToExpire}`);
  if (totalHits <= limit) return;
  const requests = whose === undefined ? 'requests' : `requests ${whose}`;
  throw new HttpProblem('rate_limited', `More than ${limit} ${requests} in ${windowMs / 1000} seconds.`, {
    retryAfterMs: timeToExpire * 1000,
  });
};

/** Where a request belongs to several counts, each adds its own. */
const addToList = (reply: FastifyReply, header: string, item: string): void => {
  const before = reply.getHeader(header);
  void reply.header(header, before === undefined ? item : `${String(before)}, ${item}`);
};
