import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authenticate } from '../../application/access/authenticate.js';
import { AuthenticateSession } from '../../application/access/authenticate-session.js';
import type { Principal } from '../../application/access/principal.js';
import { HttpSettings } from '../server/http-settings.js';
import { BY_ADDRESS, countKey } from '../throttling/count-request.js';
import { RequestCounts } from '../throttling/request-counts.js';
import { accessOf } from './endpoint.decorator.js';
import { credentialsOf } from './session-cookie.js';

/**
 * Sets `request.principal`. Refuses no request, because ThrottleGuard must count invalid keys before AccessGuard refuses
 * them. Keys and sessions that come from an address which has sent too many invalid ones already are looked up in batches,
 * so that strangers cost next to nothing, and a good one among them is still let in.
 */
@Injectable()
export class AuthenticateGuard implements CanActivate {
  constructor(
    private readonly keys: Authenticate,
    private readonly sessions: AuthenticateSession,
    private readonly counts: RequestCounts,
    private readonly settings: HttpSettings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (accessOf(context) !== 'public') request.principal = await this.callerOf(request);
    return true;
  }

  private async callerOf(request: FastifyRequest): Promise<Principal | null> {
    const credentials = credentialsOf(request, this.settings.publicUrl);
    switch (credentials.kind) {
      case 'key': {
        const { authorization } = credentials;
        const isStranger = !this.keys.hasSeen(authorization) && (await this.isOverLimit(request));
        return this.keys.run(authorization, isStranger ? 'in_batches' : 'at_once');
      }
      case 'session': {
        const { token } = credentials;
        const isStranger = !this.sessions.hasSeen(token) && (await this.isOverLimit(request));
        return this.sessions.run(token, isStranger ? 'in_batches' : 'at_once');
      }
      case 'none':
      case 'both':
      case 'cross_site':
        return null;
    }
  }

  private isOverLimit({ ip: who }: FastifyRequest): Promise<boolean> {
    const { perAddress, windowSeconds } = this.settings.limits;
    return this.counts.isSpent(countKey({ name: BY_ADDRESS, who }), windowSeconds * 1000, perAddress);
  }
}
