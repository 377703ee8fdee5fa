import type { Absence } from './quotes/absence.js';
import type { NearestMasses, RefusalNumbers } from './refusal-numbers.js';
import type { LineError } from './statements/line-rules.js';
import type { Refusal } from './resolutions/decisions.js';

/** Every refusal of a use case. `http/problems.ts` gives each its status, meaning and remedy. */
export const ERROR_CODES = [
  'order_not_found',
  'quote_not_found',
  'period_not_found',
  'proof_not_found',
  'order_not_retired',
  'proof_disagrees',
  'serial_overclaimed',
  'serial_overlap',
  'proof_not_releasable',
  'period_closed',
  'period_not_closable',
  'period_not_latest',
  'period_not_reopenable',
  'rate_not_possible',
  'event_not_found',
  'offering_not_found',
  'offer_not_found',
  'offer_expired',
  'possible_duplicate',
  'idempotency_key_reused',
  'request_in_progress',
  'provider_not_enabled',
  'provider_paused',
  'tenant_paused',
  'provider_unavailable',
  'provider_rejected',
  'no_provider_available',
  'payment_method_not_supported',
  'mass_not_orderable',
  'no_supply',
  'total_not_payable',
  'text_too_long',
  'price_above_limit',
  'price_not_comparable',
  'order_above_limit',
  'spending_limit_reached',
  'order_not_cancellable',
  'pool_sealed',
  'pool_not_found',
  'order_lost',
  'callback_token_unknown',
  'webhook_endpoint_not_found',
  'webhook_endpoint_limit_reached',
  'webhook_endpoint_read_only',
  'webhook_secrets_limit_reached',
  'webhooks_not_enabled',
  'target_not_allowed',
  'callback_secret_missing',
  'webhook_endpoint_disabled',
  'webhook_delivery_not_found',
  'replay_too_large',
  'operator_key_required',
  'version_changed',
  'resolution_refused',
  'resolution_not_found',
  'resolution_closed',
  'second_person_required',
  'approver_required',
  'switch_not_found',
  'switch_active',
  'switch_ended',
  'switch_not_possible',
  'budget_not_possible',
  'tenant_not_found',
  'key_not_found',
  'expiry_past',
  'operator_not_found',
  'operator_exists',
  'session_not_found',
  'admission_not_found',
  'admission_closed',
  'statement_not_found',
  'statement_file_gone',
  'mapping_unknown',
  'statement_invalid',
  'statement_totals_disagree',
  'statement_too_large',
  'statement_already_uploaded',
  'statement_number_taken',
  'statement_not_acceptable',
  'reconciliation_not_found',
  'reconciliation_running',
  'cut_off_not_possible',
  'break_not_found',
  'break_not_open',
  'break_not_proposed',
  'resolution_not_allowed',
  'overloaded',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * A use case refuses, for a reason the caller can act on. `message` is a sentence for the caller; it never carries a
 * value from outside, except the caller's own.
 */
export class AppError extends Error {
  override readonly name = 'AppError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly context: {
      readonly orderId?: string;
      readonly retryAfterMs?: number;
      /** Reasons by the field that has to be corrected, as the caller knows it. */
      readonly errors?: Readonly<Record<string, readonly string[]>>;
      readonly nearest?: NearestMasses;
      readonly numbers?: RefusalNumbers;
      /** Why each provider cannot serve, where none can. */
      readonly absences?: readonly Absence[];
      /** The statement that was taken on earlier, or that was refused. */
      readonly statementId?: string;
      /** The reconciliation that is at work. */
      readonly runId?: string;
      /** Where the file of a statement breaks which rule. */
      readonly lines?: readonly LineError[];
      /** Why a decision is refused, as a code, and when that is over. */
      readonly refusal?: { readonly code: Refusal | 'proposal_open'; readonly until: Date | null };
    } = {},
  ) {
    super(message);
  }
}

/**
 * There is no connection to the database, or it was lost on the way. `wasSent`: the statement may have been executed,
 * or may still be: what became of it is not known, and has to be read again.
 */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError';
  readonly wasSent: boolean;

  constructor(message: string, { wasSent, cause }: { readonly wasSent: boolean; readonly cause?: unknown }) {
    super(message, { cause });
    this.wasSent = wasSent;
  }
}

/** All connections of this process to the database stayed in use until the statement gave up. It was not sent. */
export class DatabaseBusyError extends Error {
  override readonly name = 'DatabaseBusyError';
}
