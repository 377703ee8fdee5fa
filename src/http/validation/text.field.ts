import { IsEmail, IsString, Matches } from 'class-validator';
import { printsAsWritten, showsSomething } from '../../domain/visible-text.js';
import { Check } from './check.decorator.js';
import { Field, type FieldOptions } from './field.js';

export interface TextRule {
  /** Characters are counted as people do, not as UTF-16 units. */
  readonly min: number;
  readonly max: number;
  readonly lines?: boolean;
}

/** No NUL byte, which PostgreSQL cannot store, no half of a surrogate pair, which JSON in PostgreSQL cannot. */
export const STORABLE = /^[^\0\p{Surrogate}]*$/u;
export const NOT_STORABLE = 'must not contain NUL bytes or broken characters';

const NOT_PRINTED =
  'must not contain control, invisible, direction-changing or unassigned characters: they do not print as written';

const ofLength = (min: number, max: number): RegExp => new RegExp(`^.{${min},${max}}$`, 'su');

/** What TextField refuses, for texts that are not fields themselves. */
export const isText = (text: string, { min, max, lines = false }: TextRule): boolean =>
  [STORABLE, ofLength(min, max)].every((pattern) => pattern.test(text)) &&
  printsAsWritten(text, { lines }) &&
  showsSomething(text);

const textRules = ({ min, max, lines = false }: TextRule): PropertyDecorator[] => [
  IsString({ message: 'must be a text' }),
  Matches(STORABLE, { message: NOT_STORABLE }),
  Matches(ofLength(min, max), { message: `must have ${min} to ${max} characters` }),
  Check((text) => (printsAsWritten(String(text), { lines }) ? null : NOT_PRINTED)),
  Check((text) => (showsSomething(String(text)) ? null : 'must not be blank: at least one character must be visible')),
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
