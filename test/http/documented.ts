import type { Response } from 'supertest';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
  readonly security?: readonly unknown[];
  readonly 'x-required-scope'?: string;
}

export interface Documentation {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Where an answer differs from what the OpenAPI document says of it: nothing missing, nothing that is not listed. */
export const undocumentedIn = (docs: Documentation, method: string, path: string, answer: Response): string[] => {
  const operation = docs.paths[path]?.[method.toLowerCase()];
  if (!operation) return [`${method} ${path} is not documented`];
  const response = operation.responses[String(answer.status)];
  if (!response) return [`status ${answer.status} is not documented`];
  if (!response.content) return answer.text === '' || answer.text === undefined ? [] : ['a body is not documented'];
  const type = String(answer.headers['content-type']).split(';', 1)[0] ?? '';
  const content = response.content[type];
  return content ? differences(docs, content.schema, JSON.parse(answer.text), '') : [`type ${type} is not documented`];
};

const differences = (docs: Documentation, schema: Schema, value: unknown, at: string): string[] => {
  if (value === null && schema.nullable) return [];
  if (schema.$ref) {
    const target = docs.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    return target ? differences(docs, target, value, at) : [`${at}: ${schema.$ref} leads nowhere`];
  }
  if (schema.enum && !schema.enum.includes(value)) return [`${at}: ${JSON.stringify(value)} is not one of the words`];
  if (schema.allOf) return schema.allOf.flatMap((part) => differences(docs, part, value, at));
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return [`${at}: not a list`];
    return value.flatMap((item, index) => differences(docs, schema.items ?? {}, item, `${at}[${index}]`));
  }
  if (schema.format === 'date-time' && !TIME.test(String(value))) return [`${at}: not a time with milliseconds`];
  const isPlain = PLAIN[schema.type ?? ''];
  if (isPlain) return isPlain(value) ? [] : [`${at}: not of type ${schema.type}`];
  return inObject(docs, schema, value, at);
};

const PLAIN: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
};

const inObject = (docs: Documentation, schema: Schema, value: unknown, at: string): string[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: not an object`];
  const properties = schema.properties ?? {};
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value, name));
  return [
    ...missing.map((name) => `${at}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
      const known = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties;
      if (typeof known === 'object') return differences(docs, known, part, `${at}.${name}`);
      return schema.type === undefined ? [] : [`${at}.${name}: not documented`];
    }),
  ];
};
