import type { Role } from '../../domain/operators/operator.js';

export const SCOPES = [
  'orders:write',
  'orders:read',
  'quotes:write',
  'events:read',
  'webhooks:manage',
  'finance:read',
  'finance:write',
  'finance:approve',
  'ops',
  'ops:act',
  'ops:approve',
  'ops:admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What operators of each role may do. */
export const SCOPES_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: ['ops', 'finance:read'],
  operator: ['ops', 'ops:act', 'finance:read', 'finance:write'],
  approver: ['ops', 'ops:act', 'ops:approve', 'finance:read', 'finance:write', 'finance:approve'],
  admin: ['ops', 'ops:act', 'ops:approve', 'ops:admin', 'finance:read', 'finance:write', 'finance:approve'],
};

/** What the key of a machine can be given: it may propose, and only a person approves. */
export const MACHINE_SCOPES = SCOPES.filter((scope) => !scope.endsWith(':approve'));

/** `ops` reads the orders of all tenants and what happens to them, so it needs no further scope for that. */
const INCLUDED: Readonly<Partial<Record<Scope, readonly Scope[]>>> = { ops: ['orders:read', 'events:read'] };

/** What a key with these scopes may do. Words that are not known here open nothing. */
export const scopesFrom = (words: readonly string[]): ReadonlySet<Scope> =>
  new Set(SCOPES.filter((scope) => words.includes(scope)).flatMap((scope) => [scope, ...(INCLUDED[scope] ?? [])]));

/** Other scopes that open what this one opens. */
export const scopesThatInclude = (wanted: Scope): readonly Scope[] =>
  SCOPES.filter((scope) => INCLUDED[scope]?.includes(wanted));
