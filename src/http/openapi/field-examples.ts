import type { OpenAPIObject } from '@nestjs/swagger';

/** As much of JSON Schema as is walked here. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  examples?: readonly unknown[];
}

interface Media {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, { readonly $ref?: string; readonly value?: unknown }>>;
}

interface Exchange {
  readonly requestBody?: { readonly content?: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

/**
 * Every field that has no example of its own gets the first that is not null of the whole requests and responses, so
 * that an example is written once. Fields with a closed list of words need none.
 */
export const exemplifyFields = (document: OpenAPIObject): void => {
  const { schemas, examples } = document.components as {
    schemas: Record<string, Schema>;
    examples: Record<string, { value: unknown }>;
  };
  const walk = new Walk(schemas);
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path) as Exchange[]);
  const media = operations.flatMap(({ requestBody, responses }) =>
    [requestBody, ...Object.values(responses)].flatMap((message) => Object.values(message?.content ?? {})),
  );
  for (const { schema = {}, examples: own = {} } of media)
    for (const { $ref, value } of Object.values(own))
      walk.visit(schema, $ref === undefined ? value : examples[$ref.split('/').at(-1) ?? '']?.value);
};

class Walk {
  constructor(private readonly schemas: Readonly<Record<string, Schema>>) {}

  visit(schema: Schema, value: unknown): void {
    const { $ref, allOf = [], anyOf = [], oneOf = [], items, properties = {} } = schema;
    if ($ref !== undefined) this.visit(this.named($ref), value);
    for (const each of [...allOf, ...[...anyOf, ...oneOf].filter((one) => this.fits(one, value))])
      this.visit(each, value);
    if (Array.isArray(value)) for (const each of value) this.visit(items ?? {}, each);
    if (!isObject(value)) return;
    for (const [name, property] of Object.entries(properties)) {
      const own = value[name] ?? null;
      if (own === null) continue;
      if (isLeaf(property) && property.examples === undefined) property.examples = [own];
      this.visit(property, own);
    }
  }

  /** Which of several alternatives a value is. */
  private fits(schema: Schema, value: unknown): boolean {
    const { type, const: word, enum: words, required = [], properties } = this.named(schema.$ref) ?? schema;
    if (word !== undefined) return word === value;
    if (words !== undefined) return words.includes(value);
    if (properties === undefined) return type !== 'null' || value === null;
    if (!isObject(value) || required.some((name) => value[name] === undefined)) return false;
    return Object.entries(properties).every(([name, own]) => value[name] === undefined || this.fits(own, value[name]));
  }

  private named($ref: string): Schema;
  private named($ref: string | undefined): Schema | undefined;
  private named($ref: string | undefined): Schema | undefined {
    return $ref === undefined ? undefined : this.schemas[$ref.split('/').at(-1) ?? ''];
  }
}

/** What has neither fields nor words of its own. */
const isLeaf = (schema: Schema): boolean => {
  const { $ref, allOf, anyOf, oneOf, items, properties, const: word, enum: words } = schema;
  if ($ref ?? allOf ?? anyOf ?? properties ?? word ?? words) return false;
  if (oneOf) return oneOf.every(isLeaf);
  return items === undefined || isLeaf(items);
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
