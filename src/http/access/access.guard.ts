import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../problems/http-problem.js';
import { accessOf } from './endpoint.decorator.js';

const CHALLENGE = 'Bearer realm="offset-gateway"';

/** Refuses requests without a valid key (401) or without the endpoint's scope (403). */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    const access = accessOf(context);
    if (access === 'public') return true;
    const { principal, headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!principal) throw unauthenticated(headers.authorization !== undefined);
    if (access !== 'any-key' && !principal.scopes.has(access))
      throw new HttpProblem('scope_missing', `The API key lacks the scope ${access}.`, {
        headers: { 'www-authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${access}"` },
      });
    return true;
  }
}

const unauthenticated = (keyGiven: boolean): HttpProblem =>
  keyGiven
    ? new HttpProblem('unauthenticated', 'The API key is malformed, unknown, revoked or expired.', {
        headers: { 'www-authenticate': `${CHALLENGE}, error="invalid_token"` },
      })
    : new HttpProblem('unauthenticated', 'Send an API key: Authorization: Bearer <key>.', {
        headers: { 'www-authenticate': CHALLENGE },
      });
