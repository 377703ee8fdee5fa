import { IsString, Matches, MaxLength } from 'class-validator';
import { hasUnknownPlaceholder, PLACEHOLDERS } from '../../domain/orders/return-address.js';
import { travelsInTheClear, urlFrom } from '../../domain/addresses.js';
import { Check, type Reason } from './check.decorator.js';
import { Field, type FieldOptions } from './field.js';

const MAX_URL = 2_048;
const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;

/** Stricter than the URL standard, which reads `https:\\a` and `https:a` as `https://a`. */
const ABSOLUTE = /^https?:\/\/[^\\/?#@{}%]+([/?#][^\\]*)?$/i;

/** An absolute address to send a browser or an event to. http only for this machine itself, for development. */
export const UrlField = (options: FieldOptions): PropertyDecorator => addressField('uri', options, Check(urlReason));

/** The same with placeholders such as {ORDER_ID} in it, which no URI may have. */
export const UrlTemplateField = (options: FieldOptions): PropertyDecorator =>
  addressField('uri-template', options, Check(urlReason), Check(placeholderReason));

const addressField = (
  format: 'uri' | 'uri-template',
  options: FieldOptions,
  ...rules: readonly PropertyDecorator[]
): PropertyDecorator =>
  Field(
    { type: String, format, maxLength: MAX_URL },
    options,
    IsString({ message: 'must be a text' }),
    MaxLength(MAX_URL, { message: `must have at most ${MAX_URL} characters` }),
    Matches(PRINTABLE_ASCII, { message: 'must be plain ASCII without spaces; percent-encode other characters' }),
    ...rules,
  );

const urlReason = (value: unknown): Reason => {
  const text = String(value);
  if (!ABSOLUTE.test(text) || !urlFrom(text))
    return 'must be an absolute https address without a user name, such as https://example.com/paid';
  return travelsInTheClear(text) ? 'must be https' : null;
};

const placeholderReason = (value: unknown): Reason =>
  hasUnknownPlaceholder(String(value))
    ? `must have no placeholders but ${PLACEHOLDERS.map((name) => `{${name}}`).join(' and ')}`
    : null;
