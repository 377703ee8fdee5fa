import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

interface ShownOptions {
  readonly nullable?: true;
  readonly optional?: true;
  readonly example?: unknown;
}

const shown = (
  schema: ApiPropertyOptions,
  about: string,
  { nullable, optional, example }: ShownOptions,
): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      ...schema,
      description: about,
      required: optional !== true,
      ...(nullable && { nullable: true }),
      ...(example !== undefined && { example }),
    } as ApiPropertyOptions),
  );

/** A field of an answer, for the OpenAPI document. Null is always written out; `optional` fields may be left out. */
export const ShownText = (
  about: string,
  options: ShownOptions & { readonly format?: string } = {},
): PropertyDecorator => shown({ type: String, ...(options.format && { format: options.format }) }, about, options);

/** RFC 3339, UTC, milliseconds. */
export const ShownTime = (about: string, options: ShownOptions = {}): PropertyDecorator =>
  shown({ type: String, format: 'date-time' }, about, { example: '2026-11-20T09:30:00.000Z', ...options });

export const ShownInteger = (about: string, options: ShownOptions = {}): PropertyDecorator =>
  shown({ type: 'integer' }, about, options);

export const ShownFlag = (about: string, options: ShownOptions = {}): PropertyDecorator =>
  shown({ type: Boolean }, about, options);

export const ShownWord = (values: readonly string[], about: string, options: ShownOptions = {}): PropertyDecorator =>
  // OpenAPI 3.0: null has to be among the values as well.
  shown(
    { type: String, enum: options.nullable ? [...values, null] : [...values] } as ApiPropertyOptions,
    about,
    options,
  );

export const ShownWords = (values: readonly string[], about: string): PropertyDecorator =>
  shown({ type: 'array', items: { type: 'string', enum: [...values] } }, about, {});

/** Named later, because classes refer to each other. Swagger knows such a function by its name, `type`. */
const referring = (shape: () => new () => object): ApiPropertyOptions => ({ type: () => shape() });

export const ShownObject = (
  shape: () => new () => object,
  about: string,
  options: ShownOptions = {},
): PropertyDecorator => shown(referring(shape), about, options);

export const ShownList = (shape: () => new () => object, about: string): PropertyDecorator =>
  shown({ ...referring(shape), isArray: true }, about, {});

/** Texts by name. */
export const ShownTexts = (about: string, options: ShownOptions = {}): PropertyDecorator =>
  shown({ type: 'object', additionalProperties: { type: 'string' } }, about, options);
