import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authenticate } from '../../application/access/authenticate.js';
import { accessOf } from './endpoint.decorator.js';

/** Sets `request.principal`. Refuses no request, because ThrottleGuard must count invalid keys before AccessGuard refuses them. */
@Injectable()
export class AuthenticateGuard implements CanActivate {
  constructor(private readonly authenticate: Authenticate) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (accessOf(context) !== 'public') request.principal = await this.authenticate.run(request.headers.authorization);
    return true;
  }
}
