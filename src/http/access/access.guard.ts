import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ActType } from '../../domain/audit/acts.js';
import { HttpProblem } from '../problems/http-problem.js';
import { accessOf, actOf } from './endpoint.decorator.js';

const CHALLENGE = 'Bearer realm="offset-gateway"';

declare module 'fastify' {
  interface FastifyRequest {
    /** The act that a request with a valid key asks for; null for none that the audit keeps. */
    act: ActType | null;
  }
}

/** Refuses requests without a valid key (401) or without the endpoint's scope (403). */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    const access = accessOf(context);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal, headers } = request;
    if (!principal) throw unauthenticated(headers.authorization !== undefined);
    request.act = actOf(context);
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
