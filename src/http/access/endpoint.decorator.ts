import { applyDecorators, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiExtension, ApiOperation } from '@nestjs/swagger';
import type { ActType } from '../../domain/audit/act-states.js';
import { SCOPES_OF_ROLE, scopesFrom, scopesThatInclude, type Scope } from '../../application/access/scopes.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import type { ProblemCode } from '../problems/problems.js';

/** Who may call: keys with this scope, any valid key, or the public without a key. */
export type Access = Scope | 'any-key' | 'public';

/** What the OpenAPI document calls the ways to authenticate. */
export const API_KEY_SCHEME = 'key';
export const SESSION_SCHEME = 'session';

const ACCESS = 'access of an endpoint';
const BESIDE = 'second scope of an endpoint';
const ACT = 'act of an endpoint';

const ALWAYS: readonly ProblemCode[] = [
  'invalid_request',
  'not_found',
  'method_not_allowed',
  'payload_too_large',
  'unsupported_media_type',
  'rate_limited',
  'internal_error',
  'service_unavailable',
];

/**
 * One endpoint: who may call it, and what the OpenAPI document says about it, in one place so that the two cannot
 * disagree. `problems` lists those that not every endpoint responds with.
 */
export const ApiEndpoint = (endpoint: {
  /** What a client calls its method for it. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** A scope that the key needs beside that. */
  readonly beside?: Scope;
  /** What of the audit it carries out, on what its path names by `id`: then its refusals are recorded, too. */
  readonly act?: ActType;
  readonly problems?: readonly ProblemCode[];
}): MethodDecorator => {
  const { id, access, beside = null, act, summary, description, problems = [] } = endpoint;
  const keyed: readonly ProblemCode[] = ['unauthenticated', 'session_expired', 'cross_site_request', 'overloaded'];
  const refusals: readonly ProblemCode[] =
    access === 'public' ? [] : access === 'any-key' ? keyed : [...keyed, 'scope_missing'];
  return applyDecorators(
    SetMetadata(ACCESS, access),
    SetMetadata(BESIDE, beside),
    SetMetadata(ACT, act ?? null),
    ApiOperation({
      operationId: id,
      summary,
      description: [...(description === undefined ? [] : [description]), whoMayCall(access, beside)].join('\n\n'),
      security: authentication(access),
    }),
    ApiProblems(...ALWAYS, ...refusals, ...problems),
    ...(access === 'public' || access === 'any-key' ? [] : documentedScopes(access)),
    ...(beside === null ? [] : [ApiExtension('x-second-scope', beside)]),
  );
};

/** Operators come with the session of their browser, too, wherever their role lets them. */
const authentication = (access: Access): Record<string, string[]>[] => {
  if (access === 'public') return [];
  const isForOperators = access === 'any-key' || scopesFrom(SCOPES_OF_ROLE.admin).has(access);
  return [{ [API_KEY_SCHEME]: [] }, ...(isForOperators ? [{ [SESSION_SCHEME]: [] }] : [])];
};

const whoMayCall = (access: Access, beside: Scope | null): string => {
  if (access === 'public') return 'Needs no key.';
  if (access === 'any-key') return 'Needs a key, of any scope.';
  const scopes = [access, ...scopesThatInclude(access)].map((scope) => `\`${scope}\``);
  return `Needs a key with the scope ${scopes.join(' or ')}${beside === null ? '' : ` and with \`${beside}\``}.`;
};

const documentedScopes = (scope: Scope): MethodDecorator[] => {
  const others = scopesThatInclude(scope);
  return [
    ApiExtension('x-required-scope', scope),
    ...(others.length > 0 ? [ApiExtension('x-including-scopes', others)] : []),
  ];
};

/** Throws for a handler without @ApiEndpoint, so nothing is served that does not say who may call it. */
export const accessOf = (context: ExecutionContext): Access => {
  const access = Reflect.getMetadata(ACCESS, context.getHandler()) as Access | undefined;
  if (access === undefined) throw new Error('this handler lacks @ApiEndpoint');
  return access;
};

/** The scope that a key needs beside; null for none. */
export const besideOf = (context: ExecutionContext): Scope | null =>
  Reflect.getMetadata(BESIDE, context.getHandler()) as Scope | null;

/** The act that a handler carries out; null for none that the audit keeps. */
export const actOf = (context: ExecutionContext): ActType | null =>
  Reflect.getMetadata(ACT, context.getHandler()) as ActType | null;
