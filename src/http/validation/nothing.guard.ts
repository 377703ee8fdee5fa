import { applyDecorators, Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readRequest } from './read-request.js';

class NothingRequest {}

@Injectable()
class NoQueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    readRequest(NothingRequest, context.switchToHttp().getRequest<FastifyRequest>().query);
    return true;
  }
}

@Injectable()
class NoBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    readRequest(NothingRequest, context.switchToHttp().getRequest<FastifyRequest>().body ?? {});
    return true;
  }
}

/** Of an operation without query parameters: any is refused. */
export const NoQuery = (): MethodDecorator => UseGuards(NoQueryGuard);

/** Of an operation that is told everything by its path: query parameters and fields of a body are refused. */
export const NoInput = (): MethodDecorator => applyDecorators(UseGuards(NoQueryGuard, NoBodyGuard));
