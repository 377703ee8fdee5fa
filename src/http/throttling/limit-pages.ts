import type { FastifyInstance } from 'fastify';
import type { RequestLimits } from '../server/http-settings.js';
import { BY_ADDRESS, countRequest } from './count-request.js';
import type { RequestCounts } from './request-counts.js';

/** What orchestrators and monitoring ask for. Counted apart, so that no stranger's requests make a process look dead. */
const PROBES = new Set(['/livez', '/readyz', '/metrics']);

/** Counts, per client address, what no controller of the API serves: unknown paths, the document, the page, probes. */
export const limitPages = (fastify: FastifyInstance, counts: RequestCounts, limits: RequestLimits): void => {
  const windowMs = limits.windowSeconds * 1000;
  fastify.addHook('onRequest', async (request, reply) => {
    const { is404, ip: who } = request;
    const route = request.routeOptions.url ?? '';
    // ThrottleGuard counts these, because only there it is known whether the key is valid.
    if (!is404 && route.startsWith('/v1/')) return;
    const count = PROBES.has(route)
      ? { name: 'probes', limit: limits.callbacksPerAddress }
      : { name: BY_ADDRESS, limit: limits.perAddress };
    await countRequest(counts, reply, { ...count, who, windowMs });
  });
};
