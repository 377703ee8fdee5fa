import fc from 'fast-check';
import type { Schema } from '../documentation.js';

/** Written for what only the moment of sending knows: an id that an earlier response had, or digits as they stand. */
export const known = (pool: string, nth: number): string => `@known(${pool},${nth})@`;
const raw = (json: string): string => `@raw(${json})@`;

/** JSON of a value; numbers that JavaScript would round or refuse are in it as they were meant. */
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/"@raw\(([^)]*)\)@"/g, (_, digits: string) => digits);

const PRINTED = [
  'Jane Smith',
  'Ωmega & Söhne',
  'محمد',
  'नमस्ते',
  '東京都',
  '👩‍🚀 e\u0301',
  "O'Neil; DROP TABLE --",
  '=1+1',
  '${x}',
];

/** For a person who reads a registry: a plain text of a length that the schema allows, both ends among them. */
const textOf = ({ minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...PRINTED.filter((text) => [...text].length <= maxLength && [...text].length >= minLength)),
    fc.constantFrom('x'.repeat(Math.max(1, minLength)), '🌍'.repeat(maxLength)),
  );

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  email: ['jane@example.com', 'j.s+x@sub.example.org'],
  uri: ['https://shop.example/hook', 'https://shop.example:8443/a?b=%20#c'],
  'uri-template': ['https://shop.example/paid?order={ORDER_ID}', 'https://shop.example/'],
  // One day: of two, the first must not be the later one, and no schema can say so.
  date: ['2026-10-31'],
  'date-time': ['2026-01-01T00:00:00Z', '2999-12-31T23:59:59.999+00:00', '1970-01-01T00:00:00.000Z'],
};

const AMOUNTS = ['0.000001', '0.01', '2.00', '9999999999999.999999', '150'];

/** Objects whose rules go beyond what a schema can say, such as that a mass is a whole number of grams. */
const OBJECTS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  MassRequest: fc.constantFrom(
    { value: '100', unit: 'kg' },
    { value: 100, unit: 'kg' },
    { value: '1', unit: 'g' },
    { value: '0.001', unit: 'kg' },
    { value: '1.000000', unit: 't' },
    { value: '2', unit: 't' },
    { value: '1000000000', unit: 't' },
    { value: '1000000000000000', unit: 'g' },
  ),
  MoneyRequest: fc.record({ amount: fc.constantFrom(...AMOUNTS), currency: fc.constant('USD') }),
  UsdRequest: fc.record({ amount: fc.constantFrom(...AMOUNTS), currency: fc.constant('USD') }),
  StatementRequest: fc.record(
    {
      from: fc.constantFrom(...PRINTED),
      received_at: fc.constantFrom('2026-11-20T09:30:00.000Z', '1970-01-01T00:00:00.000Z'),
      quote: fc.constantFrom(...PRINTED),
      ticket: fc.constantFrom(...PRINTED),
      file_sha256: fc.constantFrom('0'.repeat(64), '9f'.repeat(32)),
    },
    { requiredKeys: ['from', 'received_at', 'quote'] },
  ),
  // It begins before it ends, and not too long before.
  ReplayRequest: fc.record(
    {
      since: fc.constantFrom('2026-11-20T00:00:00.000Z', '2026-11-20T01:00:00.000+01:00'),
      until: fc.constantFrom('2026-11-21T00:00:00.000Z'),
      only: fc.constantFrom('failed', 'missing', 'all'),
      dry_run: fc.boolean(),
    },
    { requiredKeys: ['since', 'until', 'only'] },
  ),
};

/**
 * Orders that some provider takes, and endpoints that may be targets. Of the orders made from the schema alone hardly one is: there a payment method, an offer, a
 * text or a currency is nearly always another than the provider's.
 */
const TAKEN: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  PlaceOrderRequest: fc.record(
    {
      mass: fc.constantFrom({ value: 2, unit: 't' }, { value: '1000000', unit: 'g' }),
      provider: fc.constantFrom('cnaught', 'one_tribe'),
      payment: fc.constant({ method: 'account' }),
      beneficiary: fc.record({ name: fc.constantFrom(...PRINTED) }),
      retirement_message: fc.constantFrom(...PRINTED),
      reference: fc.constantFrom(...PRINTED),
      allow_duplicate: fc.boolean(),
    },
    { requiredKeys: ['mass', 'provider', 'payment', 'beneficiary'] },
  ),
  // The names of examples lead nowhere.
  CreateWebhookEndpointRequest: fc.record({ url: fc.constant('http://127.0.0.1:9/') }),
};

/** Plain texts that earlier responses tell, by the name of their parameter. */
const REMEMBERED = new Set(['code', 'key']);

export class Values {
  constructor(private readonly components: Readonly<Record<string, Schema>>) {}

  /** Values that keep every rule of the schema. `name` is that of the field, which says what a plain text stands for. */
  valid(schema: Schema, name = ''): fc.Arbitrary<unknown> {
    if (schema.$ref !== undefined) return this.ofComponent(schema.$ref.split('/').at(-1) ?? '');
    if (schema.allOf?.length === 1) return this.valid(schema.allOf[0] as Schema, name);
    const alternatives = schema.oneOf ?? schema.anyOf;
    if (alternatives !== undefined) return this.oneOf(alternatives, name);
    if (Array.isArray(schema.type)) {
      const types = schema.type as readonly string[];
      return this.oneOf(
        types.map((type) => (type === 'null' ? { type } : { ...schema, type })),
        name,
      );
    }
    if (schema.type === 'null') return fc.constant(null);
    if (schema.properties !== undefined) return this.objectOf(schema, schema.properties);
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    if (schema.type === 'array') return this.listOf(schema, name);
    if (schema.type === 'object')
      return fc.dictionary(fc.stringMatching(/^[a-z_]{1,40}$/), textOf({ maxLength: 500 }), { maxKeys: 20 });
    if (schema.type === 'boolean') return fc.boolean();
    if (schema.type === 'integer' || schema.type === 'number')
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000 });
    return this.text(schema, name);
  }

  /** Null is allowed nearly everywhere, and says the same as nothing: more often it is another of them. */
  private oneOf(schemas: readonly Schema[], name: string): fc.Arbitrary<unknown> {
    return fc.oneof(
      ...schemas.map((schema) => ({ weight: schema.type === 'null' ? 1 : 4, arbitrary: this.valid(schema, name) })),
    );
  }

  private ofComponent(component: string): fc.Arbitrary<unknown> {
    const made = OBJECTS[component] ?? this.valid(this.components[component] ?? {});
    const taken = TAKEN[component];
    return taken ? fc.oneof(made, taken) : made;
  }

  private listOf({ items = {}, minItems = 0 }: Schema, name: string): fc.Arbitrary<unknown> {
    if (items.pattern === undefined)
      return fc.uniqueArray(this.valid(items, name), { minLength: minItems, maxLength: 3 });
    // The first three that are known differ, and no list names one twice.
    const pool = poolOf(items.pattern) ?? name.replace(/s$/, '');
    const first = [0, 1, 2].map((nth) => known(pool, nth));
    return fc.subarray(first, { minLength: minItems });
  }

  private text(schema: Schema, name: string): fc.Arbitrary<unknown> {
    const format = FORMATS[schema.format ?? ''];
    if (format !== undefined) return fc.constantFrom(...format);
    const pool = poolOf(schema.pattern) ?? name;
    const remembered = fc.nat(63).map((nth) => known(pool, nth));
    if (schema.pattern === undefined)
      return REMEMBERED.has(name) ? fc.oneof(textOf(schema), remembered) : textOf(schema);
    const form = new RegExp(schema.pattern, 'u');
    const matching = fc.stringMatching(form);
    // A month, for example: what responses tell of it is no id.
    if (!form.test(`${pool}_${'0'.repeat(26)}`)) return matching;
    return fc.oneof({ weight: 4, arbitrary: remembered }, { weight: 1, arbitrary: matching });
  }

  private objectOf(
    { required = [] }: Schema,
    properties: Readonly<Record<string, Schema>>,
  ): fc.Arbitrary<Record<string, unknown>> {
    const fields = Object.entries(properties).map(([name, schema]) => [name, this.valid(schema, name)]);
    return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
      requiredKeys: [...required],
    });
  }
}

/** Of ids: their prefix. */
const poolOf = (pattern = ''): string | undefined => /^\^([a-z]+)_/.exec(pattern)?.[1];

const LONE_SURROGATE = '\ud800';

/** Values that have broken servers before, for any field. */
const TRAPS: readonly unknown[] = [
  null,
  true,
  false,
  '',
  ' ',
  '0',
  [],
  {},
  [[]],
  [null],
  Array.from({ length: 500 }).reduce<unknown>((inner) => [inner], []),
  Array.from({ length: 500 }).reduce<unknown>((inner) => ({ a: inner }), {}),
  { length: 1 },
  { toString: 1 },
  ...['0', '-0', '-1', '1e308', '1e400', '-1e400', '1e-400', '9007199254740993', '1E+2', `1${'0'.repeat(100)}`].map(
    raw,
  ),
  '-0',
  '1e308',
  '9007199254740993',
  '١٢',
  '０',
  '1,5',
  '0x10',
  'NaN',
  'Infinity',
  '1'.repeat(100),
  '\0',
  `a\0b`,
  LONE_SURROGATE,
  `a\udfff`,
  '\u202egnirts',
  '\u200b',
  '\ufeff',
  'e\u0301'.repeat(300),
  '\u0130\u0131ß',
  '👨‍👩‍👧‍👦',
  'x'.repeat(10_000),
  '../../etc/passwd',
  '%00',
  '<script>',
  "'; --",
  '{{7*7}}',
  'javascript:alert(1)',
  'http://169.254.169.254/',
  'http:\\\\a',
];

/** JSON of a value with one of its fields, at whatever depth, given twice. */
export const doubledIn = (value: unknown): fc.Arbitrary<string> => {
  const json = jsonOf(value);
  const names = [...json.matchAll(/"(\w+)":/g)];
  if (names.length === 0) return fc.constant('{"a":1,"a":1}');
  return fc
    .constantFrom(...names)
    .map(({ index, 0: name }) => `${json.slice(0, index)}${name}null,${json.slice(index)}`);
};

const NAMES = [
  'extra',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'Mass',
  'mass ',
  '',
  'a.b',
  LONE_SURROGATE,
  '\0',
];

export interface Broken {
  readonly value: unknown;
  /** Where the value differs from the valid one it was made of. */
  readonly field: string;
}

/** A value with one of its fields, at whatever depth, replaced, left out, or added to. */
export const brokenFrom = (value: unknown): fc.Arbitrary<Broken> => {
  const places = placesIn(value, []);
  if (places.length === 0) return addedTo(value, []);
  return fc.constantFrom(...places).chain((place) =>
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc
          .constantFrom(...TRAPS)
          .map((trap) => ({ field: place.join('.'), value: changed(value, place, () => trap) })),
      },
      { weight: 2, arbitrary: fc.constant({ field: place.join('.'), value: changed(value, place, () => undefined) }) },
      { weight: 2, arbitrary: addedTo(value, place.slice(0, -1)) },
    ),
  );
};

const addedTo = (value: unknown, within: readonly string[]): fc.Arbitrary<Broken> =>
  fc.constantFrom(...NAMES).map((name) => ({
    field: [...within, name].join('.'),
    value: changed(value, [...within, name], () => 1),
  }));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const placesIn = (value: unknown, path: readonly string[]): (readonly string[])[] =>
  isObject(value)
    ? Object.entries(value).flatMap(([name, inner]) => [[...path, name], ...placesIn(inner, [...path, name])])
    : [];

const changed = (value: unknown, [name, ...rest]: readonly string[], change: () => unknown): unknown => {
  if (name === undefined) return change();
  const entries = isObject(value) ? Object.entries(value) : [];
  const kept = entries.filter(([other]) => other !== name);
  const inner = changed(entries.find(([other]) => other === name)?.[1], rest, change);
  // Not by assignment, which would take `__proto__` for the prototype.
  return Object.fromEntries(inner === undefined ? kept : [...kept, [name, inner]]);
};
