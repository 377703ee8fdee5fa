import fc from 'fast-check';
import type { Documentation, Operation, Parameter } from '../documentation.js';
import {
  BODIES,
  ENCODINGS,
  HARMLESS,
  JSON_TYPE,
  QUERIES,
  SEGMENTS,
  TRAP_HEADERS,
  TYPES,
  WAITS,
  type Sendable,
} from './traps.js';
import { brokenFrom, doubledIn, jsonOf, known, Values } from './values.js';

/** What the document promises about a request. */
export type Expectation =
  /** It keeps every rule: not refused as invalid. */
  | { readonly kind: 'valid' }
  /** It differs in one field from one that does. If that breaks a rule, the refusal names the field. */
  | { readonly kind: 'changed'; readonly field: string }
  /** A parameter that breaks its rule: refused, by name. */
  | { readonly kind: 'broken'; readonly field: string }
  /** No operation is asked for: a problem, whichever. */
  | { readonly kind: 'astray' }
  /** A method that the document does not have at this path: 405, with those that it has. */
  | { readonly kind: 'undocumented' }
  /** No JSON object as it must be: refused as invalid. */
  | { readonly kind: 'refused' }
  /** Any response that the operation lists. */
  | { readonly kind: 'any' };

/** A request before it is sent: ids of earlier responses are filled in then. */
export interface Plan extends Sendable {
  readonly path: string;
  readonly method: string;
  readonly target: string;
  readonly expectation: Expectation;
}

type Part<T> = readonly [T, Expectation];

const VALID: Expectation = { kind: 'valid' };
const ANY: Expectation = { kind: 'any' };
const ASTRAY: Expectation = { kind: 'astray' };
const REFUSED: Expectation = { kind: 'refused' };
const UNDOCUMENTED: Expectation = { kind: 'undocumented' };

/** What a parameter is called that says where a page goes on. */
const CURSORS = ['cursor', 'after'];

export class Requests {
  private readonly values: Values;

  constructor(private readonly docs: Documentation) {
    this.values = new Values(docs.document.components.schemas);
  }

  /** The requests of a run for one operation: the same for the same seed, whatever the other operations are. */
  sample(path: string, method: string, operation: Operation, { seed, count }: { seed: number; count: number }): Plan[] {
    const methods = Object.keys(this.docs.document.paths[path] ?? {}).map((one) => one.toUpperCase());
    const unlucky = fc.oneof(
      { weight: 30, arbitrary: this.ordinary(path, method, operation) },
      { weight: 1, arbitrary: this.ordinary(path, method, operation).chain((plan) => strayMethod(plan, methods)) },
    );
    return fc.sample(unlucky, { seed: seed ^ hashOf(`${method} ${path}`), numRuns: count });
  }

  private ordinary(path: string, method: string, operation: Operation): fc.Arbitrary<Plan> {
    const parameters = operation.parameters ?? [];
    const parts = fc.tuple(
      this.pathOf(path, parameters),
      this.queryOf(operation),
      this.headersOf(operation),
      this.bodyOf(operation),
    );
    return parts.map(([place, query, headers, body]) => ({
      path,
      method: method.toUpperCase(),
      target: `${place[0]}${query[0]}`,
      headers: [...headers[0], ...body[0].headers],
      body: body[0].body,
      expectation: together([place[1], query[1], headers[1], body[1]]),
    }));
  }

  private pathOf(path: string, parameters: readonly Parameter[]): fc.Arbitrary<Part<string>> {
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    if (inPath.length === 0) return fc.constant([path, VALID] as const);
    const fill = (texts: readonly string[]) =>
      inPath.reduce((target, { name }, nth) => target.replace(`{${name}}`, () => texts[nth] ?? ''), path);
    const good = fc.tuple(...inPath.map(({ schema, name }) => this.values.valid(schema, name)));
    return fc.oneof(
      { weight: 8, arbitrary: good.map((texts) => [fill(texts.map((text) => encoded(String(text)))), VALID] as const) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(good, fc.constantFrom(...SEGMENTS))
          .map(
            ([texts, segment]) =>
              [fill([...texts.slice(1).map((text) => encoded(String(text))), segment]), ASTRAY] as const,
          ),
      },
    );
  }

  private queryOf({ parameters = [] }: Operation): fc.Arbitrary<Part<string>> {
    const none = fc.constant(['', VALID] as const);
    const trap = fc.constantFrom(...QUERIES).map((query) => [query, ANY] as const);
    // A cursor that keeps its pattern may still be none that a page had.
    const inQuery = parameters.filter(({ in: place, name }) => place === 'query' && !CURSORS.includes(name));
    if (inQuery.length === 0) return fc.oneof({ weight: 12, arbitrary: none }, { weight: 1, arbitrary: trap });
    const isOptional = inQuery.every(({ required }) => !required);
    const pairs = fc.record(
      Object.fromEntries(inQuery.map(({ name, schema }) => [name, this.values.valid(schema, name)])),
      { requiredKeys: inQuery.flatMap(({ name, required }) => (required ? [name] : [])) },
    );
    const oneBroken = fc
      .tuple(pairs, fc.constantFrom(...inQuery))
      .chain(([valid, { name, schema }]) =>
        fc
          .constantFrom(...brokenTexts(schema))
          .map((text) => [queryFrom({ ...valid, [name]: text }), { kind: 'broken', field: name }] as const),
      );
    const cursor = parameters.find(({ name }) => CURSORS.includes(name))?.name ?? 'cursor';
    const page = fc.nat(9).map((nth) => [`?${cursor}=${known('cursor', nth)}`, ANY] as const);
    return fc.oneof(
      { weight: 4, arbitrary: pairs.map((valid) => [queryFrom(valid), VALID] as const) },
      { weight: 2, arbitrary: oneBroken },
      { weight: 1, arbitrary: page },
      { weight: 1, arbitrary: trap },
      { weight: 1, arbitrary: none.map(([query]) => [query, isOptional ? VALID : ANY] as const) },
    );
  }

  private headersOf({ parameters = [], security }: Operation): fc.Arbitrary<Part<Plan['headers']>> {
    const key = ['authorization', `Bearer ${known('credential', 0)}`] as const;
    const credentials = security.length === 0 ? [] : [key];
    const takesKey = parameters.some(({ name }) => name === 'Idempotency-Key');
    const own = fc.nat().map((nth) => (takesKey ? [['idempotency-key', known('fresh', nth)] as const] : []));
    // Most callers of a run do not wait for a provider.
    const wait = fc.constantFrom(...WAITS);
    return fc.oneof(
      {
        weight: 10,
        arbitrary: fc
          .tuple(own, wait)
          .map(([keys, prefer]) => [[...credentials, ...keys, ['prefer', prefer] as const], VALID] as const),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(own, fc.constantFrom(...HARMLESS))
          .map(
            ([keys, extra]) => [[...credentials, ...keys, ['prefer', 'respond-async'] as const, extra], VALID] as const,
          ),
      },
      {
        weight: 2,
        arbitrary: fc
          .subarray(TRAP_HEADERS, { minLength: 1, maxLength: 3 })
          .map((traps) => [[...credentials, ['prefer', 'wait=0'] as const, ...traps], ANY] as const),
      },
    );
  }

  private bodyOf({ requestBody }: Operation): fc.Arbitrary<Part<Sendable>> {
    const schema = requestBody?.content?.['application/json'];
    const anyBytes = fc
      .tuple(fc.constantFrom(...BODIES), fc.constantFrom(...TYPES))
      .map(([body, type]) => [{ body, headers: type === '' ? [] : [['content-type', type] as const] }, ANY] as const);
    const nothing = fc.constant([{ body: null, headers: [] }, VALID] as const);
    const files = Object.values(requestBody?.content?.['text/csv']?.examples ?? {}).map(({ value }) => String(value));
    if (files.length > 0)
      return fc.oneof(
        {
          weight: 9,
          arbitrary: fc
            .constantFrom(...files)
            .map((file) => [{ body: Buffer.from(file), headers: [['content-type', 'text/csv']] }, VALID] as const),
        },
        { weight: 1, arbitrary: anyBytes },
      );
    if (schema?.schema === undefined || Object.keys(schema.schema).length === 0)
      return fc.oneof({ weight: 9, arbitrary: nothing }, { weight: 1, arbitrary: anyBytes });
    const examples = Object.values(schema.examples ?? {}).map(({ value }) => value);
    const valid = fc.oneof(
      { weight: 4, arbitrary: this.values.valid(schema.schema) },
      ...(examples.length > 0 ? [{ weight: 1, arbitrary: fc.constantFrom(...examples) }] : []),
    );
    return fc.oneof(
      { weight: 5, arbitrary: valid.map((value) => [asJson(value), VALID] as const) },
      {
        weight: 5,
        arbitrary: valid
          .chain(brokenFrom)
          .map(({ value, field }) => [asJson(value), { kind: 'changed', field }] as const),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(valid, fc.constantFrom(...ENCODINGS))
          .map(([value, encode]) => [encode(jsonOf(value)), ANY] as const),
      },
      { weight: 1, arbitrary: anyBytes },
      {
        weight: 1,
        arbitrary: valid.chain(doubledIn).map((json) => [{ body: json, headers: [JSON_TYPE] }, REFUSED] as const),
      },
    );
  }
}

const asJson = (value: unknown): Sendable => ({ body: jsonOf(value), headers: [JSON_TYPE] });

/** Of several parts only one may be other than valid for the promise to say which. */
const together = (parts: readonly Expectation[]): Expectation => {
  const others = parts.filter(({ kind }) => kind !== 'valid');
  if (others.length === 0) return VALID;
  if (others.some(({ kind }) => kind === 'astray')) return ASTRAY;
  return others.length === 1 ? (others[0] as Expectation) : ANY;
};

/** What HTTP has a name for is refused by the path; the rest by the parser, or not at all. */
const ROUTED = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const strayMethod = (plan: Plan, documented: readonly string[]): fc.Arbitrary<Plan> =>
  fc.constantFrom(...ROUTED, 'TRACE', 'PROPFIND', 'get', 'G E T').map((method) => {
    const isSure = plan.expectation.kind === 'valid' && ROUTED.includes(method) && !documented.includes(method);
    return { ...plan, method, expectation: isSure ? UNDOCUMENTED : ASTRAY };
  });

const encoded = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%40known(', '@known(')
    .replaceAll(/(@known\(\w+)%2C(\d+\))%40/g, '$1,$2@');

const queryFrom = (pairs: Readonly<Record<string, unknown>>): string => {
  const written = Object.entries(pairs).flatMap(([name, value]) => {
    if (Array.isArray(value)) return value.map((one) => `${name}=${encoded(String(one))}`);
    if (typeof value !== 'object' || value === null) return [`${name}=${encoded(String(value))}`];
    return Object.entries(value).map(([entry, text]) => `${name}[${entry}]=${encoded(String(text))}`);
  });
  return written.length === 0 ? '' : `?${written.join('&')}`;
};

const brokenTexts = (schema: Parameter['schema']): readonly string[] => {
  const long = 'x'.repeat(600);
  if (schema.type === 'integer')
    return ['', '0', '-1', String((schema.maximum ?? 100) + 1), '1e1', '1.5', ' 5', '５', '9007199254740993', long];
  if (schema.type === 'array' || schema.enum) return ['', 'nothing', 'COMPLETED', 'completed ', '\0', long];
  if (schema.format === 'date-time')
    return ['', 'yesterday', '2026-02-30T00:00:00Z', '2026-01-01', '1e9', '2026-01-01T00:00:00'];
  if (schema.format === 'date') return ['', 'yesterday', '2026-02-30', '2026-10-31T00:00:00Z', '0000-01-01', '1e9'];
  if (schema.pattern !== undefined) return ['', '!', 'A\0', 'ı', long];
  if (schema.type === 'object') return ['', 'x', '[]'];
  return ['', long];
};

const hashOf = (text: string): number =>
  [...text].reduce((hash, character) => (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0, 7);
