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
