import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../problems/http-problem.js';
import type { ProblemCode } from '../problems/problems.js';

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/** A structured string (RFC 8941): quoted, with \" and \\ inside. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/** The key in an Idempotency-Key header, plain or as a quoted string. Throws HttpProblem. */
export const idempotencyKeyFrom = (header: string | string[] | undefined): string => {
  if (header === undefined || header === '')
    throw new HttpProblem('idempotency_key_missing', 'This request needs an Idempotency-Key header.');
  const text = typeof header === 'string' ? header : header.join(', ');
  const quoted = QUOTED.exec(text)?.[1];
  const key = quoted === undefined ? text : quoted.replaceAll(/\\(["\\])/g, '$1');
  if (key === '.' || key === '..')
    throw new HttpProblem(
      'idempotency_key_invalid',
      'The Idempotency-Key must not be . or .., which no URL can contain.',
    );
  if (VISIBLE_ASCII.test(key)) return key;
  throw new HttpProblem('idempotency_key_invalid', 'The Idempotency-Key must be 1 to 255 visible ASCII characters.');
};

export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  idempotencyKeyFrom(context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key']),
);

/** The problems of every endpoint that takes a key. */
export const IDEMPOTENCY_PROBLEMS = [
  'idempotency_key_missing',
  'idempotency_key_invalid',
  'idempotency_key_reused',
  'request_in_progress',
] as const satisfies readonly ProblemCode[];

export const ApiIdempotencyKey = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description:
        'A new key for each request that means something new, the same key for every repeat: the act is carried out once, and every repeat gets the first response again.',
      schema: {
        type: 'string',
        minLength: 1,
        maxLength: 255,
        pattern: '^(?!\\.{1,2}$)[\\x21-\\x7e]+$',
        examples: ['5f0b3c1e-7d1a-4c39-9a53-0c9f4f1a2b7c'],
      },
    }),
  );
