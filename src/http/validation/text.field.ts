import { IsEmail, IsString, Matches } from 'class-validator';
import { Field, type FieldOptions } from './field.js';

export interface TextRule {
  /** Characters are counted as people do, not as UTF-16 units. */
  readonly min: number;
  readonly max: number;
  readonly lines?: boolean;
}

/** No NUL byte, which PostgreSQL cannot store, no half of a surrogate pair, which JSON in PostgreSQL cannot. */
export const STORABLE = /^[^\0\p{Surrogate}]*$/u;
export const NOT_STORABLE = 'must be well-formed UTF-8 without NUL bytes';

/** No control characters, nor those that reorder text around them: a registry prints what was written, nothing else. */
const VISIBLE = /^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u;
const VISIBLE_OR_LINES = /^(?:[^\p{Cc}\u202a-\u202e\u2066-\u2069]|[\n\r\t])*$/u;

const NOT_BLANK = /\S/;

const ofLength = (min: number, max: number): RegExp => new RegExp(`^.{${min},${max}}$`, 'su');

/** What TextField refuses, for texts that are not fields themselves. */
export const isText = (text: string, { min, max }: TextRule): boolean =>
  [STORABLE, VISIBLE, ofLength(min, max), NOT_BLANK].every((pattern) => pattern.test(text));

const textRules = ({ min, max, lines = false }: TextRule): PropertyDecorator[] => [
  IsString({ message: 'must be a text' }),
  Matches(STORABLE, { message: NOT_STORABLE }),
  Matches(lines ? VISIBLE_OR_LINES : VISIBLE, { message: 'must not contain control characters' }),
  Matches(ofLength(min, max), { message: `must have ${min} to ${max} characters` }),
  Matches(NOT_BLANK, { message: 'must not be blank' }),
];

export const TextField = (rule: TextRule, options: FieldOptions): PropertyDecorator =>
  Field({ type: String, minLength: rule.min, maxLength: rule.max }, options, ...textRules(rule));

/** RFC 5321 gives an address 254 characters. */
const MAX_EMAIL = 254;

export const EmailField = (options: FieldOptions): PropertyDecorator =>
  Field(
    { type: String, format: 'email', maxLength: MAX_EMAIL },
    options,
    ...textRules({ min: 3, max: MAX_EMAIL }),
    IsEmail({}, { message: 'must be an email address' }),
  );
