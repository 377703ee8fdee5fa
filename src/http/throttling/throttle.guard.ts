import { Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerModuleOptions, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../application/access/authenticate.js';
import { HttpProblem } from '../problems/http-problem.js';
import type { HttpSettings } from '../server/http-settings.js';
import { RequestCounts } from './request-counts.js';

/** Counts requests with a valid key, per key. */
const BY_KEY = 'default';
/** Counts the same requests once more, for all keys of a tenant together. */
const BY_TENANT = 'tenant';
/** Counts all other requests, per client address. */
const BY_ADDRESS = 'address';
/** Counts provider callbacks, per client address, with a higher limit. */
const CALLBACKS = 'callbacks';

const requestOf = (context: { switchToHttp(): { getRequest(): FastifyRequest } }): FastifyRequest =>
  context.switchToHttp().getRequest();

const isCallback = (request: FastifyRequest): boolean =>
  request.routeOptions.url?.startsWith('/v1/provider-callbacks/') ?? false;

/** A request with a valid key is counted for the key and for its tenant; any other by one of these throttlers. */
export const throttlerOptions = ({ limits, redisUrl }: HttpSettings): ThrottlerModuleOptions => {
  const ttl = limits.windowSeconds * 1000;
  return {
    storage: new RequestCounts(redisUrl),
    throttlers: [
      { name: BY_KEY, ttl, limit: limits.perKey, skipIf: (context) => requestOf(context).principal === null },
      { name: BY_TENANT, ttl, limit: limits.perTenant, skipIf: (context) => requestOf(context).principal === null },
      {
        name: BY_ADDRESS,
        ttl,
        limit: limits.perAddress,
        skipIf: (context) => requestOf(context).principal !== null || isCallback(requestOf(context)),
      },
      { name: CALLBACKS, ttl, limit: limits.callbacksPerAddress, skipIf: (context) => !isCallback(requestOf(context)) },
    ],
  };
};

/** Writes the limit and what is left of it into the response (IETF draft `RateLimit` headers), and responds 429 above it. */
@Injectable()
export class ThrottleGuard extends ThrottlerGuard {
  protected override async handleRequest({ context, limit, ttl, throttler }: ThrottlerRequest): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const name = throttler.name ?? BY_KEY;
    const who = countedAs(name, request.principal) ?? (await this.getTracker(request));
    const { totalHits, timeToExpire } = await this.storageService.increment(`${name}:${who}`, ttl, limit, 0, name);
    addToList(reply, 'ratelimit-policy', `"${name}";q=${limit};w=${ttl / 1000}`);
    addToList(reply, 'ratelimit', `"${name}";r=${Math.max(0, limit - totalHits)};t=${timeToExpire}`);
    if (totalHits <= limit) return true;
    const whose = name === BY_TENANT ? ' of all keys of this tenant together' : '';
    throw new HttpProblem('rate_limited', `More than ${limit} requests${whose} in ${ttl / 1000} seconds.`, {
      retryAfterMs: timeToExpire * 1000,
    });
  }
}

/** Null for the client's address. */
const countedAs = (throttler: string, principal: Principal | null): string | null =>
  principal && (throttler === BY_TENANT ? principal.tenantId : principal.keyId);

/** Where several throttlers count a request, each adds its own. */
const addToList = (reply: FastifyReply, header: string, item: string): void => {
  const before = reply.getHeader(header);
  void reply.header(header, before === undefined ? item : `${String(before)}, ${item}`);
};
