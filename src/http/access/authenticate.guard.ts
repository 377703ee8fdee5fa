import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authenticate } from '../../application/access/authenticate.js';
import { HttpSettings } from '../server/http-settings.js';
import { BY_ADDRESS, countKey } from '../throttling/count-request.js';
import { RequestCounts } from '../throttling/request-counts.js';
import { accessOf } from './endpoint.decorator.js';

/**
 * Sets `request.principal`. Refuses no request, because ThrottleGuard must count invalid keys before AccessGuard refuses
 * them. Keys that come from an address which has sent too many invalid ones already are looked up in batches, so that
 * strangers cost next to nothing, and a good key among them is still let in.
 */
@Injectable()
export class AuthenticateGuard implements CanActivate {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly counts: RequestCounts,
    private readonly settings: HttpSettings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (accessOf(context) === 'public') return true;
    const { authorization } = request.headers;
    const isStranger = !this.authenticate.hasSeen(authorization) && (await this.isOverLimit(request));
    request.principal = await this.authenticate.run(authorization, isStranger ? 'in_batches' : 'at_once');
    return true;
  }

  private isOverLimit({ ip: who }: FastifyRequest): Promise<boolean> {
    const { perAddress, windowSeconds } = this.settings.limits;
    return this.counts.isSpent(countKey({ name: BY_ADDRESS, who }), windowSeconds * 1000, perAddress);
  }
}
