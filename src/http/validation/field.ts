import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy, ValidateNested } from 'class-validator';
import {
  emailReason,
  instantReason,
  patternReason,
  textReason,
  textsReason,
  webAddressReason,
  wordReason,
  type Reason,
  type TextRule,
} from './checks.js';

/** Whether a field has to be there, given the rest of the request. */
export type Presence = 'required' | 'optional' | { readonly forbidden: string };

export interface FieldOptions<Request = never> {
  /** What the field is for, in the OpenAPI document. */
  readonly about: string;
  readonly example?: unknown;
  readonly optional?: true;
  /** Instead of `optional`, where it depends on other fields. */
  readonly presence?: (request: Request) => Presence;
}

/**
 * A field of a request: its rule for class-validator and its schema for the OpenAPI document, so that the two cannot
 * disagree. `reason` says what is wrong with a value that is there. Null is a value like any other, and always wrong.
 */
export const Field = <Request>(
  reason: (value: unknown, request: Request) => Reason,
  schema: ApiPropertyOptions,
  { about, example, optional, presence }: FieldOptions<Request>,
): PropertyDecorator => {
  const presenceIn = presence ?? ((): Presence => (optional ? 'optional' : 'required'));
  const wrong = (value: unknown, request: Request): Reason => {
    const due = presenceIn(request);
    if (value === undefined) return due === 'required' ? 'is required' : null;
    return typeof due === 'object' ? due.forbidden : reason(value, request);
  };
  return applyDecorators(
    ValidateBy({
      name: 'field',
      validator: {
        validate: (value: unknown, args) => wrong(value, args?.object as Request) === null,
        defaultMessage: (args) => wrong(args?.value, args?.object as Request) ?? '',
      },
    }),
    ApiProperty({
      ...schema,
      description: about,
      required: optional !== true && presence === undefined,
      ...(example !== undefined && { example }),
    } as ApiPropertyOptions),
  );
};

export const TextField = <R>(rule: TextRule, options: FieldOptions<R>): PropertyDecorator =>
  Field<R>((value) => textReason(value, rule), { type: String, minLength: rule.min, maxLength: rule.max }, options);

export const EnumField = <R>(words: readonly string[], options: FieldOptions<R>): PropertyDecorator =>
  Field<R>((value) => wordReason(value, words), { type: String, enum: [...words] }, options);

/** A text of a fixed form; `says` is the reason when it has another. */
export const PatternField = <R>(pattern: RegExp, says: string, options: FieldOptions<R>): PropertyDecorator =>
  Field<R>((value) => patternReason(value, pattern, says), { type: String, pattern: pattern.source }, options);

export const BooleanField = <R>(options: FieldOptions<R>): PropertyDecorator =>
  Field<R>((value) => (typeof value === 'boolean' ? null : 'must be true or false'), { type: Boolean }, options);

export const EmailField = <R>(options: FieldOptions<R>): PropertyDecorator =>
  Field<R>(emailReason, { type: String, format: 'email', maxLength: 254 }, options);

export const UrlField = <R>(options: FieldOptions<R>): PropertyDecorator =>
  Field<R>(webAddressReason, { type: String, format: 'uri', maxLength: 2048 }, options);

export const TimeField = <R>(options: FieldOptions<R>): PropertyDecorator =>
  Field<R>(instantReason, { type: String, format: 'date-time' }, options);

/** `{name: text}` of the caller's own. */
export const MapField = <R>(options: FieldOptions<R>): PropertyDecorator =>
  Field<R>(
    textsReason,
    {
      type: 'object',
      additionalProperties: { type: 'string', maxLength: 500 },
      maxProperties: 20,
    } as ApiPropertyOptions,
    options,
  );

/** An object with fields of its own. `schema` replaces the reference to `shape` where the document can say more. */
export const ObjectField = <R>(
  shape: () => new () => object,
  options: FieldOptions<R> & { readonly schema?: ApiPropertyOptions },
): PropertyDecorator =>
  applyDecorators(
    ValidateNested(),
    Field<R>(
      (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'must be an object'),
      // Swagger knows a reference by the name of the function, `type`.
      options.schema ?? { type: () => shape() },
      options,
    ),
  );
