import { CommandRefusedError } from './command-refused.error.js';
import type { FaultKind } from './fault.js';

interface FieldRule {
  readonly type: 'number' | 'string' | 'boolean' | 'anything';
  readonly oneOf?: readonly string[];
  readonly optional?: true;
}

const WHEN: FieldRule = { type: 'string', oneOf: ['before_effect', 'after_effect'] };
const NUMBER: FieldRule = { type: 'number' };
const TEXT: FieldRule = { type: 'string' };
const FLAG: FieldRule = { type: 'boolean' };
const OPTIONAL_NUMBER: FieldRule = { type: 'number', optional: true };

/** The fields of each fault beside `kind`. */
const FAULT_FIELDS: Readonly<Record<FaultKind, Readonly<Record<string, FieldRule>>>> = {
  delay: { when: WHEN, ms: NUMBER },
  reset: { when: WHEN },
  hang: { when: WHEN },
  half_open: {},
  late_effect: { connection: { type: 'string', oneOf: ['reset', 'hang'] }, afterMs: OPTIONAL_NUMBER },
  error: { status: NUMBER, effect: FLAG },
  refused: { status: NUMBER },
  rate_limited: { retryAfterSeconds: OPTIONAL_NUMBER },
  redirect: { location: TEXT, effect: FLAG },
  truncated_body: {},
  broken_json: {},
  html: { status: OPTIONAL_NUMBER },
  no_content_type: {},
  slow_drip: { everyMs: NUMBER, bytes: OPTIONAL_NUMBER },
  endless_body: {},
  forget_keys: {},
  list_lag: { ms: OPTIONAL_NUMBER },
  shift_pages: { by: { type: 'string', oneOf: ['insert', 'delete'] } },
  duplicate_row: {},
  set_field: { path: TEXT, value: { type: 'anything' } },
  delete_field: { path: TEXT },
  unknown_status: { word: { type: 'string', optional: true } },
};

export const FAULT_KINDS = Object.keys(FAULT_FIELDS) as readonly FaultKind[];

/** Rules also come from people with curl: a misspelt fault must not pass as a harmless one. */
export const checkFaultFields = (fault: unknown): void => {
  const fields = typeof fault === 'object' && fault !== null ? new Map(Object.entries(fault)) : new Map();
  const kind: unknown = fields.get('kind');
  fields.delete('kind');
  const rules = FAULT_KINDS.includes(kind as FaultKind) ? FAULT_FIELDS[kind as FaultKind] : undefined;
  if (!rules) throw new CommandRefusedError(`fault.kind must be one of: ${FAULT_KINDS.join(', ')}.`);
  for (const [name, rule] of Object.entries(rules)) checkField(name, rule, fields.get(name));
  const unknown = [...fields.keys()].filter((name) => !Object.hasOwn(rules, String(name)));
  if (unknown.length > 0) {
    throw new CommandRefusedError(
      `A ${String(kind)} fault takes only: ${Object.keys(rules).join(', ') || 'no field'}.`,
    );
  }
};

const checkField = (name: string, rule: FieldRule, value: unknown): void => {
  if (value === undefined && rule.optional) return;
  if (rule.type === 'anything') return;
  if (typeof value !== rule.type) throw new CommandRefusedError(`fault.${name} must be a ${rule.type}.`);
  if (rule.oneOf && !rule.oneOf.includes(String(value))) {
    throw new CommandRefusedError(`fault.${name} must be one of: ${rule.oneOf.join(', ')}.`);
  }
};
