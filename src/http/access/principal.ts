import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../application/access/principal.js';
import type { TenantScope } from '../../application/orders/list-orders.js';
import type { RequestActor } from '../../domain/orders/cause.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; null without a valid key, and on public routes. */
    principal: Principal | null;
  }
}

/** The caller of an endpoint that requires a key. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('this endpoint has no caller: it is public, or a guard is missing');
  return principal;
});

/** The caller, as the one who acts. */
export const Acting = createParamDecorator((_: unknown, context: ExecutionContext): RequestActor => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  if (!request.principal) throw new Error('nobody acts here: the endpoint is public, or a guard is missing');
  return causeOf(request.principal, request);
});

/** Whose objects a caller can read: its own tenant's, or those of all tenants with an `ops` key. */
export const tenantScopeOf = ({ tenantId, scopes }: Principal): TenantScope =>
  scopes.has('ops') ? 'all_tenants' : { tenantId };

/** Who causes what this request does. */
export const causeOf = ({ keyId, operator, session }: Principal, { id }: FastifyRequest): RequestActor => ({
  by: 'request',
  requestId: id,
  keyId,
  operator: operator && { id: operator.id, name: operator.name, sessionId: session?.id ?? null },
});
