import type { PurchaseLimits } from '../limits/purchase-limits.js';
import type { Actor } from '../orders/cause.js';
import type { OrderChange } from '../orders/order-change.js';
import type { ActStates, ActType, LimitsKept } from './act-states.js';
import type { Outcome } from './acts.js';

/** One act and what it made of its subject. */
export type Act<T extends ActType = ActType> = {
  readonly [K in T]: {
    readonly type: K;
    readonly subject: string;
    readonly before: ActStates[K]['before'];
    readonly after: ActStates[K]['after'];
    /** A text that names nobody. */
    readonly reason?: string;
  };
}[T];

/** An act as it is recorded: who, what, and what became of it. */
export interface ActRecord {
  readonly by: Actor;
  readonly type: ActType;
  readonly subject: string | null;
  readonly before: object | null;
  readonly after: object | null;
  readonly reason: string | null;
  readonly outcome: Outcome;
  readonly problemCode: string | null;
}

/** For the statement that carries the act out. */
export const applied = (by: Actor, act: Act): ActRecord => recordOf(by, act, 'applied');

/** For the statement that commits the intent, where what comes of it is not known yet. */
export const begun = (by: Actor, act: Act): ActRecord => recordOf(by, act, 'begun');

const recordOf = (by: Actor, { type, subject, before, after, reason }: Act, outcome: Outcome): ActRecord => ({
  by,
  type,
  subject,
  before,
  after,
  reason: reason ?? null,
  outcome,
  problemCode: null,
});

/** Of what was refused, only what it was about and why: everything else is what a caller asked for. */
export const refused = (by: Actor, type: ActType, subject: string | null, problemCode: string): ActRecord => ({
  by,
  type,
  subject,
  before: null,
  after: null,
  reason: null,
  outcome: 'refused',
  problemCode,
});

export const tenantCreated = (
  subject: string,
  providerAccounts: Readonly<Record<string, string>>,
): Act<'tenant.create'> => ({
  type: 'tenant.create',
  subject,
  before: null,
  after: { provider_accounts: providerAccounts },
});

export const keyCreated = (
  subject: string,
  key: { readonly tenantId: string; readonly scopes: readonly string[]; readonly expiresAt: Date | null },
): Act<'key.create'> => ({
  type: 'key.create',
  subject,
  before: null,
  after: { tenant_id: key.tenantId, scopes: key.scopes, expires_at: key.expiresAt?.toISOString() ?? null },
});

export const revoked = (holder: 'tenant' | 'key', subject: string): Act<'tenant.revoke' | 'key.revoke'> => ({
  type: `${holder}.revoke`,
  subject,
  before: null,
  after: null,
});

export const limited = (
  holder: 'tenant' | 'key',
  subject: string,
  before: PurchaseLimits,
  after: PurchaseLimits,
): Act<'tenant.limit' | 'key.limit'> => ({
  type: `${holder}.limit`,
  subject,
  before: limitsKept(before),
  after: limitsKept(after),
});

const limitsKept = ({ orderMass, orderUsd, monthUsd }: PurchaseLimits): LimitsKept => ({
  order_grams: orderMass,
  order_usd: orderUsd?.toFixed() ?? null,
  month_usd: monthUsd?.toFixed() ?? null,
});

/** Of a change that was asked for; at a provider that has to undo it first, the status is still the same. */
export const cancelled = ({ base, order }: Pick<OrderChange, 'base' | 'order'>): Act<'order.cancel'> => ({
  type: 'order.cancel',
  subject: order.id,
  before: { status: base.order.status },
  after: { status: order.status },
});

export const accountConfirmed = (
  subject: string,
  provider: string,
  elsewhere: readonly string[],
): Act<'provider.confirm_account'> => ({
  type: 'provider.confirm_account',
  subject,
  before: null,
  after: { provider, elsewhere },
});

/** The reason is kept with the erasure, too: the database has refused it where it names the person. */
export const personalDataErased = (
  subject: string,
  chosenBy: 'order' | 'email',
  reason: string,
): Act<'personal_data.erase'> => ({
  type: 'personal_data.erase',
  subject,
  before: null,
  after: { chosen_by: chosenBy },
  reason,
});
