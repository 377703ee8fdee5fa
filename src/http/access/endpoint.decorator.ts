import { applyDecorators, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiOperation } from '@nestjs/swagger';
import type { Scope } from '../../application/access/scopes.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import type { ProblemCode } from '../problems/problems.js';

/** Who may call: a key with this scope, any good key, or anybody. */
export type Access = Scope | 'any-key' | 'public';

const ACCESS = 'access of an operation';

const ALWAYS: readonly ProblemCode[] = ['invalid_request', 'rate_limited', 'internal_error', 'service_unavailable'];

/**
 * One operation of the API: who may call it, and what the OpenAPI document says of it, in one place so that the two
 * cannot disagree. `problems` are those beyond what every operation may answer.
 */
export const ApiEndpoint = (operation: {
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly problems?: readonly ProblemCode[];
}): MethodDecorator => {
  const { access, summary, description, problems = [] } = operation;
  const refusals: readonly ProblemCode[] =
    access === 'public' ? [] : access === 'any-key' ? ['unauthenticated'] : ['unauthenticated', 'scope_missing'];
  return applyDecorators(
    SetMetadata(ACCESS, access),
    ApiOperation({ summary, ...(description !== undefined && { description }) }),
    ApiProblems(...ALWAYS, ...refusals, ...problems),
    ...(access === 'public' ? [] : [ApiBearerAuth('key')]),
    ...(access === 'public' || access === 'any-key' ? [] : [ApiExtension('x-required-scope', access)]),
  );
};

/** Throws for a handler that is not an operation: nothing is served that has not said who may call it. */
export const accessOf = (context: ExecutionContext): Access => {
  const access = Reflect.getMetadata(ACCESS, context.getHandler()) as Access | undefined;
  if (access === undefined) throw new Error('this handler lacks @Operation');
  return access;
};
