import type { Fault, FaultRule } from '../../../dev/sandbox/index.js';
import type { OrderProfile } from './profile.js';

/** What becomes of the call at the provider. */
export interface Outcome {
  /** Whether the first call does what it asks for. */
  readonly effect: 'applied' | 'not_applied' | 'late';
  /** How its response reads. `contradicted`: the provider speaks of something else than what was asked. */
  readonly response: 'ok' | 'unknown' | 'refused' | 'later' | 'contradicted';
  readonly faults: (profile: OrderProfile) => readonly FaultRule[];
  /** The call ends by its deadline only. */
  readonly waitsForDeadline?: boolean;
  /** The request is on its way for long enough to be killed by hand. */
  readonly held?: true;
  /** Client, payer and gateway are away for so long after the first call. */
  readonly sleepMs?: number;
  /** Others buy on the same account, so that the purchase is the first of the second page of the list. */
  readonly crowded?: true;
  /** What the payer of a hosted checkout does. Default: pays and comes back. */
  readonly payer?: 'never_pays' | 'never_returns';
}

const DAY_MS = 24 * 3_600_000;

/** Longer than the deadline of a call in a case that waits for it. */
const SLOWER_MS = 4_000;

/** Two pages for each lookup within the visibility delay, when absence would be proof, and the first one after it. */
const SHIFTED_READS = 9;

/** Lists lag by less than the visibility delay that the gateway assumes. */
const LIST_LAG_MS = 200_000;

const call =
  (fault: Fault, times: FaultRule['times'] = 1) =>
  ({ call: match }: OrderProfile): readonly FaultRule[] => [{ match, times, fault }];

/** A purchase without a response, under a key that is of no more use: it has to be found in the list. */
const soughtInList =
  (fault: Fault, times: FaultRule['times'] = 1) =>
  ({ call: match, list, provider, paymentMethod }: OrderProfile): readonly FaultRule[] => [
    ...(paymentMethod === 'account' ? [{ match, fault: LOST } as const] : []),
    ...(provider === 'cnaught' && paymentMethod === 'account'
      ? [{ match, times: 'always', fault: { kind: 'refused', status: 400 } } as const]
      : []),
    { match: { method: 'GET', path: list ?? '' }, times, fault },
  ];

const LOST: Fault = { kind: 'reset', when: 'after_effect' };
const NEVER_ARRIVED: Fault = { kind: 'reset', when: 'before_effect' };

const applied = { effect: 'applied', response: 'unknown' } as const;
const notApplied = { effect: 'not_applied', response: 'unknown' } as const;
const later = { effect: 'not_applied', response: 'later' } as const;
const refused = { effect: 'not_applied', response: 'refused' } as const;

export const OUTCOMES = {
  ok: { effect: 'applied', response: 'ok', faults: () => [] },
  ok_after_deadline: {
    ...applied,
    faults: call({ kind: 'delay', when: 'after_effect', ms: SLOWER_MS }),
    waitsForDeadline: true,
    held: true,
  },
  effect_reset: { ...applied, faults: call(LOST) },
  effect_hang: { ...applied, faults: call({ kind: 'hang', when: 'after_effect' }), waitsForDeadline: true, held: true },
  effect_5xx: { ...applied, faults: call({ kind: 'error', status: 500, effect: true }) },
  effect_truncated: { ...applied, faults: call({ kind: 'truncated_body' }) },
  effect_html: { ...applied, faults: call({ kind: 'html', status: 200 }) },
  effect_broken_json: { ...applied, faults: call({ kind: 'broken_json' }) },
  no_effect_5xx: { ...notApplied, faults: call({ kind: 'error', status: 503, effect: false }) },
  no_effect_reset: { ...notApplied, faults: call(NEVER_ARRIVED) },
  refused: { ...refused, faults: call({ kind: 'refused', status: 400 }, 'always') },
  late_effect: { effect: 'late', response: 'unknown', faults: call({ kind: 'late_effect', connection: 'reset' }) },
  late_effect_hang: {
    effect: 'late',
    response: 'unknown',
    faults: call({ kind: 'late_effect', connection: 'hang' }),
    waitsForDeadline: true,
    held: true,
  },
  conflict_then_ok: { ...notApplied, faults: call({ kind: 'refused', status: 409 }) },
  changed_payload: { ...refused, faults: call({ kind: 'refused', status: 422 }, 'always') },
  rate_limited_with_hint: { ...later, faults: call({ kind: 'rate_limited', retryAfterSeconds: 3 }) },
  rate_limited: { ...later, faults: call({ kind: 'rate_limited' }) },
  unauthorized: { ...later, faults: call({ kind: 'refused', status: 401 }) },
  key_forgotten_bought: { ...applied, faults: call(LOST), sleepMs: DAY_MS + 3_600_000 },
  key_forgotten_unbought: { ...notApplied, faults: call(NEVER_ARRIVED), sleepMs: DAY_MS + 3_600_000 },
  list_lags: { ...applied, faults: soughtInList({ kind: 'list_lag', ms: LIST_LAG_MS }, 'always') },
  list_grows: { ...applied, faults: soughtInList({ kind: 'shift_pages', by: 'insert' }, SHIFTED_READS), crowded: true },
  list_shrinks: {
    ...applied,
    faults: soughtInList({ kind: 'shift_pages', by: 'delete' }, SHIFTED_READS),
    crowded: true,
  },
  list_duplicates: { ...applied, faults: soughtInList({ kind: 'duplicate_row' }, 'always') },
  altered_amount: {
    effect: 'applied',
    response: 'contradicted',
    faults: (profile) => call({ kind: 'set_field', path: profile.massField ?? '', value: 77 })(profile),
  },
  altered_in_list: {
    ...applied,
    faults: (profile) => soughtInList({ kind: 'set_field', path: `data.0.${profile.massField}`, value: 77 })(profile),
  },
  unknown_status: { ...applied, faults: call({ kind: 'unknown_status' }) },
  unknown_status_in_list: { ...applied, faults: soughtInList({ kind: 'unknown_status' }, 2) },
  unknown_status_when_polled: {
    effect: 'applied',
    response: 'ok',
    faults: ({ read }) => [{ match: { method: 'GET', path: read }, fault: { kind: 'unknown_status' } }],
  },
  payer_never_pays: { effect: 'applied', response: 'ok', faults: () => [], payer: 'never_pays' },
  payer_never_returns: { effect: 'applied', response: 'ok', faults: () => [], payer: 'never_returns' },
} as const satisfies Record<string, Outcome>;
export type OutcomeName = keyof typeof OUTCOMES;
