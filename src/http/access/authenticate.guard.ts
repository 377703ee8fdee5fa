import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authenticate } from '../../application/access/authenticate.js';
import { accessOf } from './endpoint.decorator.js';

/** Finds out who is calling, and lets everybody through: the throttle counts strangers before AccessGuard refuses them. */
@Injectable()
export class AuthenticateGuard implements CanActivate {
  constructor(private readonly authenticate: Authenticate) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (accessOf(context) !== 'public') request.principal = await this.authenticate.run(request.headers.authorization);
    return true;
  }
}
