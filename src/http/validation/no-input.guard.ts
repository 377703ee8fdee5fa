import { applyDecorators, Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RequestPipe } from './request.pipe.js';

class EmptyRequest {}

const pipe = new RequestPipe();

@Injectable()
class NoQueryGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<true> {
    const { query } = context.switchToHttp().getRequest<FastifyRequest>();
    await pipe.transform(query, { type: 'query', metatype: EmptyRequest });
    return true;
  }
}

@Injectable()
class NoBodyGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<true> {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    await pipe.transform(body, { type: 'body', metatype: EmptyRequest });
    return true;
  }
}

/** The endpoint has no query parameters: any is refused. */
export const NoQuery = (): MethodDecorator => UseGuards(NoQueryGuard);

/** The path says all: query parameters and fields of a body are refused. */
export const NoInput = (): MethodDecorator => applyDecorators(UseGuards(NoQueryGuard, NoBodyGuard));
