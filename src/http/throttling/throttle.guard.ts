import { Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerModuleOptions, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../application/access/principal.js';
import type { HttpSettings } from '../server/http-settings.js';
import { HttpProblem } from '../problems/http-problem.js';
import { BY_ADDRESS, countRequest } from './count-request.js';
import { RequestCounts } from './request-counts.js';

/** Counts requests with a valid key, per key; those of an operator for the operator, by key and by session. */
const BY_KEY = 'default';
/** Counts the same requests once more, for all keys of a tenant together. */
const BY_TENANT = 'tenant';
/** Counts provider callbacks, per client address, with a higher limit. */
const CALLBACKS = 'callbacks';

const requestOf = (context: { switchToHttp(): { getRequest(): FastifyRequest } }): FastifyRequest =>
  context.switchToHttp().getRequest();

declare module 'fastify' {
  interface FastifyRequest {
    /** The client's address is over its limit, for so much longer. Set where a valid token in the URL overrides that. */
    overLimitForMs: number | null;
  }
}

const isCallback = (request: FastifyRequest): boolean =>
  request.routeOptions.url?.startsWith('/v1/provider-callbacks/') ?? false;

/** What comes with a valid token is recorded whoever shares the address: TokenHolders decides. */
const isAddressWithToken = (request: FastifyRequest): boolean =>
  isCallback(request) || (request.routeOptions.url?.startsWith('/v1/returns/') ?? false);

/** A request with a valid key is counted for the key and for its tenant; any other by one of these throttlers. */
export const throttlerOptions = ({ limits }: HttpSettings, counts: RequestCounts): ThrottlerModuleOptions => {
  const ttl = limits.windowSeconds * 1000;
  return {
    storage: counts,
    throttlers: [
      { name: BY_KEY, ttl, limit: limits.perKey, skipIf: (context) => requestOf(context).principal === null },
      {
        name: BY_TENANT,
        ttl,
        limit: limits.perTenant,
        // All operators together are no tenant.
        skipIf: (context) =>
          (requestOf(context).principal?.operator ?? null) !== null || requestOf(context).principal === null,
      },
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

/** Counts a request to the API, and responds 429 above the limit. */
@Injectable()
export class ThrottleGuard extends ThrottlerGuard {
  protected override async handleRequest({ context, limit, ttl, throttler }: ThrottlerRequest): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const name = throttler.name ?? BY_KEY;
    const who = countedAs(name, request.principal) ?? request.ip;
    const whose = name === BY_TENANT ? 'of all keys of this tenant together' : undefined;
    const counted = { name, who, whose, limit, windowMs: ttl };
    await countRequest(this.storageService as RequestCounts, reply, counted).catch((refusal: unknown) => {
      if (!isAddressWithToken(request) || !(refusal instanceof HttpProblem)) throw refusal;
      request.overLimitForMs = refusal.extra.retryAfterMs ?? ttl;
    });
    return true;
  }
}

/** Null for the client's address. */
const countedAs = (throttler: string, principal: Principal | null): string | null =>
  principal && (throttler === BY_TENANT ? principal.tenantId : (principal.operator?.id ?? principal.keyId));
