export const SCOPES = [
  'orders:write',
  'orders:read',
  'quotes:write',
  'events:read',
  'webhooks:manage',
  'finance:read',
  'finance:write',
  'ops',
] as const;
export type Scope = (typeof SCOPES)[number];

/** `ops` reads the orders of all tenants and what happens to them, so it needs no further scope for that. */
const INCLUDED: Readonly<Partial<Record<Scope, readonly Scope[]>>> = { ops: ['orders:read', 'events:read'] };

/** What a key with these scopes may do. Words that are not known here open nothing. */
export const scopesFrom = (words: readonly string[]): ReadonlySet<Scope> =>
  new Set(SCOPES.filter((scope) => words.includes(scope)).flatMap((scope) => [scope, ...(INCLUDED[scope] ?? [])]));

/** Other scopes that open what this one opens. */
export const scopesThatInclude = (wanted: Scope): readonly Scope[] =>
  SCOPES.filter((scope) => INCLUDED[scope]?.includes(wanted));
