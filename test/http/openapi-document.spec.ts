import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ORDER_STATUSES } from '../../src/domain/orders/lifecycle.js';
import { PROBLEM_CODES, PROBLEMS } from '../../src/http/problems/problems.js';
import { closed, type OpenApi, type Schema } from './documentation.js';

/** As the repository has it; `npm run check:generated` says that it is what a gateway serves. */
const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenApi;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation, name: operation.operationId })),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(closed(document), 'openapi');

/** Every schema of a whole body, with where it is and its examples. */
const bodies = operations.flatMap(({ path, method, operation, name }) =>
  [
    ...Object.entries(operation.responses).map(([status, message]) => ({ of: ['responses', status], message })),
    ...(operation.requestBody ? [{ of: ['requestBody'], message: operation.requestBody }] : []),
  ].flatMap(({ of, message: { content = {} } }) =>
    Object.entries(content).map(([type, media]) => ({
      name: `${name} ${of.join(' ')} ${type}`,
      pointer: ['paths', path, method, ...of, 'content', type, 'schema'],
      schema: media.schema,
      examples: Object.entries(media.examples ?? {}).map(([key, { $ref, value }]) => ({
        key,
        value: $ref === undefined ? value : document.components.examples[$ref.split('/').at(-1) ?? '']?.value,
      })),
    })),
  ),
);

describe('the OpenAPI document', () => {
  it('has examples of every body, each as its schema says', () => {
    for (const { name, pointer, examples, schema } of bodies) {
      // Callbacks may be anything.
      if (Object.keys(schema).length === 0) continue;
      expect([name, examples.length > 0]).toEqual([name, true]);
      const escaped = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
      const validate = ajv.getSchema(`openapi#/${escaped.join('/')}`);
      for (const { key, value } of examples) {
        void validate?.(value);
        expect([name, key, validate?.errors ?? null]).toEqual([name, key, null]);
      }
    }
  });

  it('has an example of every problem that an operation names, with its status', () => {
    for (const { operation, name } of operations)
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        const problem = content['application/problem+json'];
        if (problem === undefined) continue;
        const listed = problem.schema.allOf?.[1]?.properties?.['code']?.enum ?? [];
        expect([name, status, Object.keys(problem.examples ?? {})]).toEqual([name, status, listed]);
        for (const code of listed as (keyof typeof PROBLEMS)[])
          expect([code, PROBLEMS[code].status]).toEqual([code, Number(status)]);
      }
    expect(Object.keys(document.components.examples).sort()).toEqual([...PROBLEM_CODES].sort());
  });

  it('has an example or a list of words for every field and parameter', () => {
    const fields = Object.entries(document.components.schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).map(([field, schema]) => [`${name}.${field}`, isTold(schema)] as const),
    );
    const parameters = operations.flatMap(({ operation, name }) =>
      (operation.parameters ?? []).map(
        ({ schema, example, name: parameter }) =>
          [`${name} ${parameter}`, example !== undefined || isTold(schema) || schema.default !== undefined] as const,
      ),
    );
    const untold = [...fields, ...parameters].filter(([, told]) => !told).map(([name]) => name);
    expect(untold).toEqual([]);
  });

  it('keeps examples of fields to their schemas', () => {
    for (const [name, { properties = {} }] of Object.entries(document.components.schemas))
      for (const [field, { examples = [] }] of Object.entries(properties)) {
        const validate = ajv.getSchema(`openapi#/components/schemas/${name}/properties/${field}`);
        for (const example of examples) {
          void validate?.(example);
          expect([name, field, validate?.errors ?? null]).toEqual([name, field, null]);
        }
      }
  });

  it('says of every operation who may call it, and what it means', () => {
    for (const { operation, name } of operations) {
      const scope = operation['x-required-scope'];
      const told = scope === undefined ? /Needs no key|of any scope/ : new RegExp(`scope \`${scope}\``);
      expect([name, operation.description]).toEqual([name, expect.stringMatching(told)]);
    }
  });

  it('gives every word of its lists of codes a meaning', () => {
    const { schemas } = document.components;
    expect(schemas['OrderStatus']?.enum).toEqual(ORDER_STATUSES);
    const codes = Object.entries(schemas).filter(([, schema]) => schema.enum !== undefined);
    expect(codes.map(([name]) => name)).toEqual(
      expect.arrayContaining(['StatusReason', 'ReviewReason', 'TimelineKind']),
    );
    for (const [name, { enum: words = [], description = '' }] of codes)
      for (const word of words)
        expect([name, word, description.includes(`- \`${String(word)}\`: `)]).toEqual([name, word, true]);
  });
});

const isTold = (schema: Schema): boolean => {
  const { type, examples, enum: words, const: word, $ref, allOf, anyOf, oneOf, items } = schema;
  if (examples ?? words ?? word ?? $ref ?? allOf ?? anyOf ?? oneOf) return true;
  const types = [type].flat();
  return types.includes('boolean') || types.every((each) => each === 'null') || (items !== undefined && isTold(items));
};
