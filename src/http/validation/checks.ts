import { isEmail } from 'class-validator';

/** What is wrong with a value, to complete "<field> …"; null: nothing. Never quotes the value. */
export type Reason = string | null;

/** A NUL byte, which PostgreSQL cannot store, half a surrogate pair, which JSON in PostgreSQL cannot. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Control characters, and those that reorder text around them: a registry shows what was written, nothing else. */
const INVISIBLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const INVISIBLE_BUT_LINES = /[^\P{Cc}\n\r\t]|[\u202a-\u202e\u2066-\u2069]/u;

export interface TextRule {
  readonly min: number;
  readonly max: number;
  readonly lines?: boolean;
}

export const textReason = (value: unknown, { min, max, lines = false }: TextRule): Reason => {
  if (typeof value !== 'string') return 'must be a text';
  if (UNSTORABLE.test(value)) return 'must not contain NUL bytes or broken characters';
  if ((lines ? INVISIBLE_BUT_LINES : INVISIBLE).test(value)) return 'must not contain control characters';
  const length = [...value].length;
  if (length < min || length > max) return `must have ${min} to ${max} characters`;
  return min > 0 && value.trim() === '' ? 'must not be blank' : null;
};

/** Values that are the caller's own and never shown in public: any text that can be stored. */
const privateTextReason = (value: unknown, max: number): Reason => {
  if (typeof value !== 'string') return 'must be texts';
  if (UNSTORABLE.test(value)) return 'must not contain NUL bytes or broken characters';
  return [...value].length > max ? `must have at most ${max} characters each` : null;
};

const MAX_ENTRIES = 20;
const MAX_NAME = 40;
const MAX_VALUE = 500;

/** `{name: text}` with few and short entries. */
export const textsReason = (value: unknown): Reason => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object of texts';
  const entries = Object.entries(value);
  if (entries.length > MAX_ENTRIES) return `must have at most ${MAX_ENTRIES} entries`;
  for (const [name, text] of entries) {
    if (textReason(name, { min: 1, max: MAX_NAME }) !== null || name === '__proto__')
      return `must have names of 1 to ${MAX_NAME} visible characters`;
    const reason = privateTextReason(text, MAX_VALUE);
    if (reason !== null) return `values ${reason}`;
  }
  return null;
};

export const wordReason = (value: unknown, words: readonly string[]): Reason =>
  typeof value === 'string' && words.includes(value) ? null : `must be one of ${words.join(', ')}`;

export const patternReason = (value: unknown, pattern: RegExp, says: string): Reason =>
  typeof value === 'string' && pattern.test(value) ? null : says;

/** RFC 5321 gives an address 254 characters. */
const MAX_EMAIL = 254;

export const emailReason = (value: unknown): Reason =>
  textReason(value, { min: 3, max: MAX_EMAIL }) ?? (isEmail(value) ? null : 'must be an email address');

const MAX_URL = 2_048;
const WEB_ADDRESS = /^https?:\/\/[^\\/?#@{}]+([/?#][^\\]*)?$/i;
const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;

/** An absolute address to send a browser or an event to. http only for this machine itself, for development. */
export const webAddressReason = (value: unknown): Reason => {
  if (typeof value !== 'string') return 'must be a text';
  if (value.length > MAX_URL) return `must have at most ${MAX_URL} characters`;
  if (!PRINTABLE_ASCII.test(value)) return 'must be plain ASCII without spaces; percent-encode other characters';
  if (!WEB_ADDRESS.test(value) || !URL.canParse(value))
    return 'must be an absolute https address without a user name, such as https://example.com/paid';
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password';
  return url.protocol === 'https:' || isLoopback(url.hostname) ? null : 'must be https';
};

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

/** For production, where even http to this machine is refused. */
export const isPlainHttp = (address: string): boolean => new URL(address).protocol === 'http:';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;
const EARLIEST_YEAR = 1970;

/** RFC 3339. A date that does not exist, such as 30 February, is refused instead of moved. */
export const instantReason = (value: unknown): Reason => {
  const says = 'must be a time such as 2026-11-20T09:30:00Z (write + as %2B in an address)';
  if (typeof value !== 'string' || !INSTANT.test(value)) return says;
  const time = new Date(value);
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(time.getTime()) || Number.isNaN(day.getTime())) return says;
  if (day.toISOString().slice(0, 10) !== value.slice(0, 10)) return 'must be a day that exists';
  return time.getUTCFullYear() < EARLIEST_YEAR ? `must not be before ${EARLIEST_YEAR}` : null;
};
