import { CommandRefusedError } from './command-refused.error.js';
import type { FaultRule, FaultMatch, FaultTarget, QueuedFault } from './fault.js';
import { checkFaultFields } from './fault-fields.js';
import { isJsonObject } from './http-messages.js';

/** Rules in the order they were added; the first that matches a request decides over it, alone. Not kept over a restart. */
export class FaultQueue {
  private rules: QueuedFault[] = [];
  private lastId = 0;

  constructor(private readonly nowMs: () => number) {}

  add(rule: FaultRule): QueuedFault {
    if (!hasOnly(['match', 'times', 'fault'], rule)) {
      throw new CommandRefusedError('A rule has fault, and optionally match and times.');
    }
    checkFaultFields(rule.fault);
    const left = rule.times ?? 1;
    if (left !== 'always' && (!Number.isInteger(left) || left < 1)) {
      throw new CommandRefusedError('times must be a whole number of at least 1, or "always".');
    }
    const { match = {}, fault } = rule;
    checkMatch(match);
    this.lastId += 1;
    const queued = { id: this.lastId, match, fault, left, used: 0, addedAtMs: this.nowMs() };
    this.rules.push(queued);
    return queued;
  }

  list(): readonly QueuedFault[] {
    return this.rules;
  }

  remove(id: number): boolean {
    const before = this.rules.length;
    this.rules = this.rules.filter((rule) => rule.id !== id);
    return this.rules.length < before;
  }

  clear(): void {
    this.rules = [];
  }

  /** The rule that would decide over this request; null when it would go through untouched. */
  next(target: FaultTarget): QueuedFault | null {
    return this.rules.find((candidate) => matches(candidate.match, target)) ?? null;
  }

  /** The same, counted as used. */
  take(target: FaultTarget): QueuedFault | null {
    const rule = this.next(target);
    if (!rule) return null;
    const left = rule.left === 'always' ? rule.left : rule.left - 1;
    const next = { ...rule, left, used: rule.used + 1 };
    this.rules = this.rules.flatMap((other) => (other !== rule ? [other] : left === 0 ? [] : [next]));
    return rule;
  }
}

const hasOnly = (names: readonly string[], value: unknown): boolean =>
  isJsonObject(value) && Object.keys(value).every((name) => names.includes(name));

const checkMatch = (match: FaultMatch): void => {
  if (hasOnly(['method', 'path', 'header'], match)) {
    const { path, method, header = {} } = match;
    if (typeof path === 'string' && path.startsWith('^')) compile(path);
    const texts = isJsonObject(header) ? [method, path instanceof RegExp ? '' : path, ...Object.values(header)] : [0];
    if (texts.every((text) => text === undefined || typeof text === 'string')) return;
  }
  throw new CommandRefusedError(
    'match takes method and path (texts) and header (an object of texts), and nothing else.',
  );
};

const matches = (match: FaultMatch, target: FaultTarget): boolean => {
  if (match.method !== undefined && match.method.toUpperCase() !== target.method) return false;
  if (match.path !== undefined && !matchesPath(match.path, target.path)) return false;
  const headers = Object.entries(match.header ?? {});
  return headers.every(([name, value]) => target.headers[name.toLowerCase()] === value);
};

const matchesPath = (wanted: string | RegExp, path: string): boolean => {
  if (wanted instanceof RegExp) return path.search(wanted) >= 0;
  return wanted.startsWith('^') ? compile(wanted).test(path) : path.startsWith(wanted);
};

const compile = (source: string): RegExp => {
  try {
    return new RegExp(source);
  } catch {
    throw new CommandRefusedError('match.path starts with ^ but is not a regular expression.');
  }
};
