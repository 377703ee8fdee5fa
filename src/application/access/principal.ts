import type { BuyerLimits } from '../../domain/limits/purchase-limits.js';
import type { ActingOperator } from '../../domain/operators/operator.js';
import type { Scope } from './scopes.js';

/** Who is calling. */
export interface Principal {
  readonly tenantId: string;
  /** The key that was sent, or with which the session was opened. */
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The person whose key or session it is; null for a machine. */
  readonly operator: ActingOperator | null;
  /** The session of the person's browser; null for a key. */
  readonly session: { readonly id: string; readonly expiresAt: Date } | null;
  /** The tenant's own accounts, by provider id. */
  readonly providerAccounts: Readonly<Record<string, string>>;
  /** What tenant and key may buy, where it differs from the defaults. */
  readonly limits: BuyerLimits;
  /** Whether what is sent to the callback addresses of the tenant's orders can be signed. */
  readonly hasCallbackSecret: boolean;
}
