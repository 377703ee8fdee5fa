import type { OpenAPIObject } from '@nestjs/swagger';
import { DECIDED_BY } from '../validation/field.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Exclude<Schemas[string], { readonly $ref: string }> & { readonly [DECIDED_BY]?: string };

/** Says of request classes what a decorator of one field cannot. */
export const completeRequestSchemas = ({ components }: OpenAPIObject): void => {
  for (const [name, schema] of Object.entries((components?.schemas ?? {}) as Record<string, Schema>))
    if (name.endsWith('Request')) {
      schema.additionalProperties = false;
      allowNull(schema);
      addAlternatives(schema);
    }
};

/** `decidedBy` as two alternatives: either the field that decides others, or those. */
const addAlternatives = (schema: Schema): void => {
  for (const [decider, decided] of fieldsByDecider(schema)) {
    const required = schema.required?.filter((name) => decided.includes(name)) ?? [];
    schema.required = schema.required?.filter((name) => !decided.includes(name)) ?? [];
    schema.oneOf = [
      { title: `Without ${decider}`, ...given(schema, required), not: given(schema, [decider]) },
      {
        title: `With ${decider}`,
        ...given(schema, [decider]),
        not: { anyOf: decided.map((name) => given(schema, [name])) },
      },
    ];
  }
};

/** What may be left out may be null. */
const allowNull = ({ properties = {}, required = [] }: Schema): void => {
  for (const [name, property] of Object.entries(properties as Record<string, Schema>)) {
    if (required.includes(name) && property[DECIDED_BY] === undefined) continue;
    property.nullable = true;
    if (property.enum) property.enum = [...(property.enum as unknown[]), null];
  }
};

/** The fields are there, and not null. */
const given = ({ properties = {} }: Schema, names: readonly string[]) => {
  const typeOf = (name: string) => (properties as Record<string, Schema>)[name]?.type ?? 'object';
  return { required: [...names], properties: Object.fromEntries(names.map((name) => [name, { type: typeOf(name) }])) };
};

const fieldsByDecider = ({ properties = {} }: Schema): ReadonlyMap<string, readonly string[]> => {
  const fields = new Map<string, readonly string[]>();
  for (const [name, property] of Object.entries(properties as Record<string, Schema>)) {
    const { [DECIDED_BY]: decider } = property;
    if (decider === undefined) continue;
    fields.set(decider, [...(fields.get(decider) ?? []), name]);
    delete (property as { [DECIDED_BY]?: string })[DECIDED_BY];
  }
  return fields;
};
