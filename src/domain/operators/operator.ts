/** What the people of the gateway's own staff may do: each role what those before it may, and one thing more. */
export const ROLES = {
  viewer: 'reads everything, of all tenants',
  operator:
    'acts: reads providers again, takes notes, claims and cancels orders, proposes resolutions, replays webhooks, switches sends off',
  approver: 'decides on what another person has proposed',
  admin: 'has tenants, keys, operators and budgets in hand',
} as const;
export type Role = keyof typeof ROLES;

export const ROLE_NAMES = Object.keys(ROLES) as Role[];

/** A person. Acts are theirs, never a key's. */
export interface Operator {
  readonly id: string;
  readonly name: string;
  /** In lower case. */
  readonly email: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

/** An operator as one who acts. */
export type ActingOperator = Pick<Operator, 'id' | 'name' | 'role'>;
