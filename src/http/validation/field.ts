import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsObject, Matches, ValidateIf, ValidateNested } from 'class-validator';
import { Check } from './check.decorator.js';
import { markOptional, type NestedContext, type RequestClass } from './request-instance.js';

export interface FieldOptions {
  /** What the field is for, in the OpenAPI document. */
  readonly about: string;
  readonly example?: unknown;
  readonly optional?: true;
  /** Null takes away what is there, and is not the same as leaving the field out. */
  readonly clearable?: true;
  /** Another field, which decides this one too: with it this one is refused, without it `optional` counts. */
  readonly decidedBy?: string;
}

/**
 * A field of a request: its rules for class-validator and its schema for the OpenAPI document in one line, so that the
 * two cannot disagree. The first rule that is broken gives the reason. Null in a field that may be left out never
 * arrives here, but for those that it clears; in others it is a value like any other, and no rule accepts it.
 */
export const Field = (
  schema: ApiPropertyOptions,
  { about, example, optional, clearable, decidedBy }: FieldOptions,
  ...rules: readonly PropertyDecorator[]
): PropertyDecorator => {
  const isDecided = (request: object): boolean =>
    decidedBy !== undefined && (request as Record<string, unknown>)[decidedBy] !== undefined;
  return applyDecorators(
    ...((optional || decidedBy !== undefined) && !clearable ? [markOptional] : []),
    ValidateIf((request: object, value: unknown) => {
      if (value === null) return !clearable;
      return value !== undefined || !(optional || isDecided(request));
    }),
    Check((value) => (value === undefined ? 'is required' : null)),
    Check((_, request) => (isDecided(request) ? `must not be given with ${decidedBy}, which decides it` : null)),
    ...rules,
    ApiProperty({
      ...schema,
      description: about,
      required: optional !== true,
      ...(example !== undefined && { examples: [example] }),
      ...(decidedBy !== undefined && { [DECIDED_BY]: decidedBy }),
    } as ApiPropertyOptions),
  );
};

/** Where a schema keeps `decidedBy` until the document is complete. */
export const DECIDED_BY = 'x-decided-by';

export const EnumField = (values: readonly string[], options: FieldOptions): PropertyDecorator =>
  Field(wordOf(values), options, IsIn(values, { message: `must be one of ${values.join(', ')}` }));

const wordOf = (values: readonly string[]): ApiPropertyOptions =>
  (values.length === 1
    ? { type: String, const: values[0] }
    : { type: String, enum: [...values] }) as ApiPropertyOptions;

/** A text of a fixed form; `message` is the reason when it has another. */
export const PatternField = (pattern: RegExp, message: string, options: FieldOptions): PropertyDecorator =>
  Field({ type: String, pattern: pattern.source }, options, Matches(pattern, { message }));

export const BooleanField = (options: FieldOptions): PropertyDecorator =>
  Field({ type: Boolean }, options, IsBoolean({ message: 'must be true or false' }));

/** An object with fields of its own. */
export const ObjectField = (shape: () => RequestClass, options: FieldOptions): PropertyDecorator =>
  // Swagger knows a reference to a class by the name of the function, `type`.
  Field(
    { type: () => shape() },
    options,
    ...nested({ classOf: shape, unknownReason: 'is not a field of this request' }),
  );

/** An object of one of several classes: the one that belongs to the value of `discriminator`. */
export const OneOfField = (
  discriminator: string,
  shapes: Readonly<Record<string, RequestClass>>,
  options: FieldOptions,
): PropertyDecorator => {
  /** Of any other value nothing is read but the discriminator, to refuse it. */
  class OtherRequest {}
  EnumField(Object.keys(shapes), { about: '' })(OtherRequest.prototype, discriminator);

  const classes = new Map<unknown, RequestClass>(Object.entries(shapes));
  const classOf: NestedContext['classOf'] = (wire) => classes.get(wire[discriminator]) ?? OtherRequest;
  const mapping = Object.fromEntries(Object.entries(shapes).map(([value, shape]) => [value, getSchemaPath(shape)]));
  const oneOf = Object.values(mapping).map(($ref) => ({ $ref }));
  const schema = { oneOf, discriminator: { propertyName: discriminator, mapping } };
  const unknownReason = `does not go with this ${discriminator}`;
  return (target, property) => {
    ApiExtraModels(...Object.values(shapes))(target.constructor);
    Field(schema as ApiPropertyOptions, options, ...nested({ classOf, unknownReason }))(target, property);
  };
};

const nested = (context: NestedContext): PropertyDecorator[] => [
  IsObject({ message: 'must be an object' }),
  ValidateNested({ context }),
];
