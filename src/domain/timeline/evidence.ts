import { OUTCOMES, type Outcome } from '../audit/acts.js';
import { ORDER_STATUSES } from '../orders/lifecycle.js';
import type { EventEvidenceField, PriceEvidence } from '../orders/order-event.js';
import { CHECKOUT_STATUSES } from '../orders/order.js';
import { ATTEMPT_OPERATIONS, ATTEMPT_OUTCOMES } from '../purchases/attempt.js';
import { CLAIM_SOURCES, CLAIM_VERDICTS, type ClaimVerdict } from '../purchases/claims.js';
import type { Disagreement } from '../purchases/integrity.js';

/** What the value of a field can be: one of a list of words, or one of these. */
interface Forms {
  readonly text: string;
  readonly integer: number;
  readonly flag: true;
  readonly time: Date;
  readonly texts: readonly string[];
  readonly price: PriceEvidence;
  readonly disagreements: readonly Disagreement[];
}
export type EvidenceForm = keyof Forms | readonly string[];

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;

/** Why personal data was erased: as `erasures.chosen_by`. */
const ERASED_BY = ['order', 'email', 'age'] as const;

/** Every field that the evidence of an entry can have. What is not here is never shown. */
export const EVIDENCE_FORMS = {
  operation: ATTEMPT_OPERATIONS,
  attempt: 'integer',
  generation: 'integer',
  host: 'text',
  outcome: ATTEMPT_OUTCOMES,
  reason: 'text',
  detail: 'text',
  upstream_status: 'integer',
  upstream_code: 'text',
  duration_ms: 'integer',
  cause: ['lease_ended'],
  from_status: ORDER_STATUSES,
  to_status: ORDER_STATUSES,
  provider_status: 'text',
  provider_order_id: 'text',
  provider_order_ids: 'texts',
  grams: 'integer',
  price: 'price',
  retired_at: 'time',
  gone: 'flag',
  observed: ORDER_STATUSES,
  disagreements: 'disagreements',
  pages: 'integer',
  rows: 'integer',
  unread: 'text',
  checkout_session_id: 'text',
  checkout_status: CHECKOUT_STATUSES,
  expires_at: 'time',
  times: 'integer',
  named_by: CLAIM_SOURCES,
  verdict: Object.keys(CLAIM_VERDICTS) as ClaimVerdict[],
  looks: 'integer',
  note: 'text',
  why: 'text',
  erasure: 'text',
  erased_by: ERASED_BY,
  delivery_id: 'text',
  delivery_state: DELIVERY_STATES,
  endpoint_id: 'text',
  event_id: 'text',
  event_type: 'text',
  error: 'text',
  act: 'text',
  act_outcome: Object.keys(OUTCOMES) as Outcome[],
  problem_code: 'text',
  process: 'text',
  pool_id: 'text',
} as const satisfies Readonly<Record<EventEvidenceField, EvidenceForm>> & Readonly<Record<string, EvidenceForm>>;
export type EvidenceField = keyof typeof EVIDENCE_FORMS;

type ValueOf<F> = F extends keyof Forms ? Forms[F] : F extends readonly (infer Word)[] ? Word : never;

export type Evidence = { readonly [F in EvidenceField]?: ValueOf<(typeof EVIDENCE_FORMS)[F]> };

export const EVIDENCE_FIELDS = Object.keys(EVIDENCE_FORMS) as EvidenceField[];
