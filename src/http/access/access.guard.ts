import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../application/access/principal.js';
import type { Scope } from '../../application/access/scopes.js';
import type { ActType } from '../../domain/audit/act-states.js';
import { HttpProblem } from '../problems/http-problem.js';
import { HttpSettings } from '../server/http-settings.js';
import { accessOf, actOf, besideOf } from './endpoint.decorator.js';
import { credentialsOf, type Credentials } from './session-cookie.js';

const CHALLENGE = 'Bearer realm="offset-gateway"';

declare module 'fastify' {
  interface FastifyRequest {
    /** The act that a request with a valid key asks for; null for none that the audit keeps. */
    act: ActType | null;
  }
}

/** Refuses requests without a valid key or session (401) or without the endpoint's scope (403). */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly settings: HttpSettings) {}

  canActivate(context: ExecutionContext): true {
    const access = accessOf(context);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal } = request;
    if (!principal) throw unauthenticated(credentialsOf(request, this.settings.publicUrl));
    request.act = actOf(context);
    if (access === 'any-key') return true;
    const beside = besideOf(context);
    for (const scope of beside === null ? [access] : [access, beside])
      if (!principal.scopes.has(scope)) throw lacking(scope, principal);
    return true;
  }
}

const lacking = (scope: Scope, { operator }: Principal): HttpProblem =>
  new HttpProblem(
    'scope_missing',
    `${operator ? `The role ${operator.role}` : 'The API key'} lacks the scope ${scope}.`,
    { headers: { 'www-authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${scope}"` } },
  );

const unauthenticated = ({ kind }: Credentials): HttpProblem => {
  switch (kind) {
    case 'none':
      return new HttpProblem('unauthenticated', 'Send an API key: Authorization: Bearer <key>.', {
        headers: { 'www-authenticate': CHALLENGE },
      });
    case 'key':
      return new HttpProblem('unauthenticated', 'The API key is malformed, unknown, revoked or expired.', {
        headers: { 'www-authenticate': `${CHALLENGE}, error="invalid_token"` },
      });
    case 'session':
      return new HttpProblem('session_expired', 'The session has ended. Sign in again.', {
        headers: { 'www-authenticate': CHALLENGE },
      });
    case 'both':
      return new HttpProblem('invalid_request', 'Send either an API key or the cookie of a session, not both.');
    case 'cross_site':
      return new HttpProblem('cross_site_request', 'The cookie of a session is taken from our own pages alone.');
  }
};
