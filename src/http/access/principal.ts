import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../application/access/authenticate.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; null without a valid key, and on public routes. */
    principal: Principal | null;
  }
}

/** The caller of an endpoint that requires a key. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('a public endpoint asked who is calling');
  return principal;
});

/** Which tenant's objects a caller may read; null for `ops` keys, which read those of all tenants. */
export const tenantScopeOf = ({ tenantId, scopes }: Principal): string | null => (scopes.has('ops') ? null : tenantId);
