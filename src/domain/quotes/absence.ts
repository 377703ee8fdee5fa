import type { PaymentMethod } from '../providers/capabilities.js';
import type { FailureReason } from '../providers/provider-error.js';
import type { NearestMasses, RefusalNumbers } from '../refusal-numbers.js';

/** Why a provider makes no offer, for people. Quotes, routing and orders use the same codes. */
export const ABSENCES = {
  provider_not_enabled: 'the provider is not connected to this gateway',
  provider_paused:
    'no orders are sent to it for now; `numbers.pause` says why, since when, and when it is asked again, or `numbers.switched_off` why and until when',
  tenant_paused: 'no orders of the tenant are sent to it for now: `numbers.switched_off`',
  provider_unavailable: 'it could not be read just now',
  timed_out: 'it named no price in the time it was given, `numbers.waited_seconds`',
  provider_rejected: 'it refuses to quote this',
  offering_not_found: 'it does not sell the offering',
  payment_method_not_supported: 'it is not paid that way; `numbers.payment_methods` are possible',
  mass_not_orderable:
    'the mass is below its minimum, above its maximum, or not a multiple of its step: `numbers.mass`; `nearest` can be ordered',
  no_supply: 'it has less left than is wanted: `numbers.available`',
  total_not_payable:
    'the total is below or above what can be paid that way: `numbers.minimum_total`, `numbers.maximum_total`',
  text_too_long: 'it would cut a text of the order',
  price_not_comparable: 'it charges `numbers.currency`, in which there is no limit or no rate',
  order_above_limit: 'tenant or key may not order so much at once: `numbers.order_limit`',
} as const satisfies Record<string, string>;

export type AbsenceCode = keyof typeof ABSENCES;

export const ABSENCE_CODES = Object.keys(ABSENCES) as readonly AbsenceCode[];

export const isAbsenceCode = (code: string): code is AbsenceCode => Object.hasOwn(ABSENCES, code);

/** What a failed read of a provider means for what is asked of it. */
export const ABSENCE_OF = {
  timed_out: 'timed_out',
  insufficient_supply: 'no_supply',
  mass_not_orderable: 'mass_not_orderable',
  offering_not_found: 'offering_not_found',
  invalid_request: 'provider_rejected',
  not_permitted: 'provider_rejected',
  rejected: 'provider_rejected',
  credentials: 'provider_paused',
  insufficient_credit: 'provider_paused',
  order_not_found: 'provider_unavailable',
  rate_limited: 'provider_unavailable',
  unavailable: 'provider_unavailable',
  other_account: 'provider_unavailable',
  unreadable_answer: 'provider_unavailable',
  answer_disagrees: 'provider_unavailable',
} as const satisfies Record<FailureReason, AbsenceCode>;

/** A provider that makes no offer, with the reason. The same numbers as a refusal of the order would have. */
export interface Absence {
  readonly provider: string;
  /** Null where it did not matter. */
  readonly paymentMethod: PaymentMethod | null;
  readonly code: AbsenceCode;
  /** A sentence for people, with the numbers. */
  readonly detail: string;
  readonly nearest: NearestMasses | null;
  readonly numbers: RefusalNumbers;
}
