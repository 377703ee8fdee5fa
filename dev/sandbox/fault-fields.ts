import { validateHeaderValue } from 'node:http';
import { CommandRefusedError } from './command-refused.error.js';
import type { FaultKind } from './fault.js';
import { isSafePath, UNSAFE_NAMES } from './field-path.js';

interface FieldRule {
  /** `fault.status must …`. */
  readonly must: string;
  readonly optional?: true;
  readonly allows: (value: unknown) => boolean;
}

/** The longest that a timer waits: a longer time would be taken for no time. */
const MOST_MS = 2 ** 31 - 1;

const wholeNumber = (least: number, most: number): FieldRule => ({
  must: `be a whole number from ${least} to ${most}`,
  allows: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
});

const oneOf = (...words: readonly string[]): FieldRule => ({
  must: `be one of: ${words.join(', ')}`,
  allows: (value) => words.includes(value as string),
});

const optional = (rule: FieldRule): FieldRule => ({ ...rule, optional: true });

const isHeaderValue = (value: unknown): boolean => {
  try {
    validateHeaderValue('location', value as string);
    return typeof value === 'string';
  } catch {
    return false;
  }
};

const WHEN = oneOf('before_effect', 'after_effect');
const MILLISECONDS = wholeNumber(0, MOST_MS);
const COUNT = wholeNumber(1, MOST_MS);
/** Statuses below 200 do not end a response. */
const STATUS = wholeNumber(200, 599);
const TEXT: FieldRule = { must: 'be a text', allows: (value) => typeof value === 'string' };
const FLAG: FieldRule = { must: 'be true or false', allows: (value) => typeof value === 'boolean' };
const HEADER: FieldRule = { must: 'be a text that a header can carry', allows: isHeaderValue };
const ANYTHING: FieldRule = { must: 'be given', allows: (value) => value !== undefined };
const PATH: FieldRule = {
  must: `be a dotted path without ${UNSAFE_NAMES.join(', ')}`,
  allows: (value) => typeof value === 'string' && isSafePath(value),
};

/** The fields of each fault beside `kind`. */
export const FAULT_FIELDS: Readonly<Record<FaultKind, Readonly<Record<string, FieldRule>>>> = {
  delay: { when: WHEN, ms: MILLISECONDS },
  reset: { when: WHEN },
  hang: { when: WHEN },
  half_open: {},
  late_effect: { connection: oneOf('reset', 'hang'), afterMs: optional(MILLISECONDS) },
  error: { status: STATUS, effect: FLAG },
  refused: { status: STATUS },
  rate_limited: { retryAfterSeconds: optional(wholeNumber(0, MOST_MS)) },
  redirect: { location: HEADER, effect: FLAG },
  truncated_body: {},
  broken_json: {},
  html: { status: optional(STATUS) },
  no_content_type: {},
  slow_drip: { everyMs: MILLISECONDS, bytes: optional(COUNT) },
  endless_body: {},
  forget_keys: {},
  list_lag: { ms: optional(MILLISECONDS) },
  shift_pages: { by: oneOf('insert', 'delete') },
  duplicate_row: {},
  set_field: { path: PATH, value: ANYTHING },
  delete_field: { path: PATH },
  unknown_status: { word: optional(TEXT) },
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
  if (!rule.allows(value)) throw new CommandRefusedError(`fault.${name} must ${rule.must}.`);
};
