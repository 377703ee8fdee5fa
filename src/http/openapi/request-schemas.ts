import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { DECIDED_BY } from '../validation/field.js';

/** As much of JSON Schema as is completed here. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [DECIDED_BY]?: string;
}
type Schemas = Record<string, Schema>;

/** Says of request classes what a decorator of one field cannot: no other fields, where null may be, and alternatives. */
export const completeRequestSchemas = ({ components }: OpenAPIObject): void => {
  const schemas = (components?.schemas ?? {}) as Schemas;
  for (const name of Object.keys(schemas).filter((name) => name.endsWith('Request')))
    Object.assign(schemas, completed(name, schemas[name] ?? {}));
};

const completed = (name: string, schema: Schema): Schemas => {
  const decision = decisionIn(schema);
  if (decision === null) return { [name]: closed(schema) };
  const alternatives = alternativesIn(name, schema, decision);
  return {
    ...alternatives,
    [name]: { oneOf: Object.keys(alternatives).map((each) => ({ $ref: getSchemaPath(each) })) },
  };
};

interface Decision {
  readonly decider: string;
  readonly decided: readonly string[];
}

const decisionIn = ({ properties = {} }: Schema): Decision | null => {
  const deciders = Object.values(properties).flatMap((property) => property[DECIDED_BY] ?? []);
  const [decider] = deciders;
  if (decider === undefined) return null;
  const decided = Object.keys(properties).filter((name) => properties[name]?.[DECIDED_BY] === decider);
  return { decider, decided };
};

/** One schema with the field that decides others, one with those. Each is called after the field that it asks for. */
const alternativesIn = (name: string, schema: Schema, { decider, decided }: Decision): Schemas => {
  const { properties = {}, required = [] } = schema;
  const always = required.filter((field) => !decided.includes(field));
  const without = (fields: readonly string[], reason: string): Readonly<Record<string, Schema>> => ({
    ...properties,
    ...Object.fromEntries(fields.map((field): [string, Schema] => [field, { type: 'null', description: reason }])),
  });
  const [asked = ''] = required.filter((field) => decided.includes(field));
  const called = (field: string) => name.replace(/Request$/, `By${inPascalCase(field)}Request`);
  return {
    [called(asked)]: closed({
      ...schema,
      properties: without([decider], `Decides what ${decided.join(', ')} say`),
      required: [...always, asked],
    }),
    [called(decider)]: closed({
      ...schema,
      properties: without(decided, `Decided by ${decider}`),
      required: [...always, decider],
    }),
  };
};

const inPascalCase = (field: string): string =>
  field.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What may be left out may be null; what is not listed is refused. */
const closed = (schema: Schema): Schema => {
  const { properties = {}, required = [] } = schema;
  const complete = Object.entries(properties).map(([name, property]): [string, Schema] => {
    const { [DECIDED_BY]: _, ...stated } = property;
    return [name, required.includes(name) ? stated : orNull(stated)];
  });
  return { ...schema, properties: Object.fromEntries(complete), additionalProperties: false } as Schema;
};

const orNull = (property: Schema): Schema => {
  const { $ref, allOf, oneOf, ...about } = property;
  const alternatives = allOf ?? oneOf ?? ($ref === undefined ? null : [{ $ref }]);
  if (alternatives !== null) return { ...about, anyOf: [...alternatives, { type: 'null' }] } as Schema;
  const { type = [], enum: values } = property;
  return {
    ...property,
    type: type === 'null' ? type : [type, 'null'].flat(),
    ...(values && { enum: [...values, null] }),
  };
};
