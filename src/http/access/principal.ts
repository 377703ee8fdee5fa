import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../application/access/authenticate.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling. Null: nobody known, or not looked at on a public route. */
    principal: Principal | null;
  }
}

/** The caller of an operation that asks for a key. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('an operation without access control asked who is calling');
  return principal;
});

/** Whose objects a caller sees: null, for `ops` keys, is everybody's. For reads only. */
export const tenantScopeOf = ({ tenantId, scopes }: Principal): string | null => (scopes.has('ops') ? null : tenantId);
