import { applyDecorators } from '@nestjs/common';
import { ApiProperty, getSchemaPath, type ApiPropertyOptions } from '@nestjs/swagger';

interface PropOptions {
  readonly nullable?: true;
  readonly optional?: true;
  readonly example?: unknown;
}

const prop = (
  schema: ApiPropertyOptions,
  about: string,
  { nullable, optional, example }: PropOptions,
): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      ...schema,
      description: about,
      required: optional !== true,
      ...(nullable && { nullable: true }),
      ...(example !== undefined && { examples: [example] }),
    } as ApiPropertyOptions),
  );

/** A field of a response, for the OpenAPI document. A null is always written out; only `optional` fields are left out. */
export const PropText = (about: string, options: PropOptions & { readonly format?: string } = {}): PropertyDecorator =>
  prop({ type: String, ...(options.format && { format: options.format }) }, about, options);

/** RFC 3339, UTC, milliseconds. */
export const PropTime = (about: string, options: PropOptions = {}): PropertyDecorator =>
  prop({ type: String, format: 'date-time' }, about, { example: '2026-11-20T09:30:00.000Z', ...options });

export const PropInteger = (about: string, options: PropOptions = {}): PropertyDecorator =>
  prop({ type: 'integer' }, about, options);

export const PropBoolean = (about: string, options: PropOptions = {}): PropertyDecorator =>
  prop({ type: Boolean }, about, options);

export const PropEnum = (values: readonly string[], about: string, options: PropOptions = {}): PropertyDecorator =>
  prop({ type: String, enum: [...values] }, about, options);

export const PropEnumList = (values: readonly string[], about: string): PropertyDecorator =>
  prop({ type: 'array', items: { type: 'string', enum: [...values] } }, about, {});

/** A function, because classes refer to each other. Swagger recognises it by the name `type`. */
const reference = (shape: () => new () => object): ApiPropertyOptions => ({ type: () => shape() });

export const PropObject = (
  shape: () => new () => object,
  about: string,
  options: PropOptions = {},
): PropertyDecorator => prop(reference(shape), about, options);

export const PropList = (shape: () => new () => object, about: string, options: PropOptions = {}): PropertyDecorator =>
  prop({ ...reference(shape), isArray: true }, about, options);

/** A list of a component that the document has by name, and no class. */
export const PropListOf = (component: string, about: string): PropertyDecorator =>
  prop({ type: 'array', items: { $ref: getSchemaPath(component) } }, about, {});

export const PropTextList = (about: string, options: PropOptions = {}): PropertyDecorator =>
  prop({ type: 'array', items: { type: 'string' } }, about, options);

/** An object of texts by name. */
export const PropMap = (about: string, options: PropOptions = {}): PropertyDecorator =>
  prop({ type: 'object', additionalProperties: { type: 'string' } }, about, options);

/** An object of lists of texts by name. */
export const PropTextsByName = (about: string, options: PropOptions = {}): PropertyDecorator =>
  prop({ type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } }, about, options);
