/** `npm run check:contract`: holds docs/openapi.json against the rules of a linter, the recommended ones and what clients need. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import openapi from '@redocly/openapi-core';
import { ensure } from './ensure.js';
import { root } from './root.js';

await ensure();

const RULES = {
  // Beyond what is recommended: what a generated client or a reader misses.
  'no-invalid-media-type-examples': { severity: 'error', allowAdditionalProperties: true },
  'no-invalid-schema-examples': { severity: 'error', allowAdditionalProperties: true },
  'no-invalid-parameter-examples': { severity: 'error', allowAdditionalProperties: true },
  'operation-operationId': 'error',
  'operation-description': 'error',
  'operation-singular-tag': 'error',
  'operation-tag-defined': 'error',
  'tag-description': 'error',
  // A browser that returns is sent on.
  'operation-2xx-response': 'off',
  'parameter-description': 'error',
  'no-required-schema-properties-undefined': 'error',
  'no-unused-components': 'error',
  // It is licensed to nobody else.
  'info-license': 'off',
  'no-ambiguous-paths': 'error',
  'no-empty-servers': 'error',
};

const path = join(root, 'docs/openapi.json');
const config = await openapi.createConfig({ extends: ['recommended'], rules: RULES });
const found = await openapi.lintFromString({ source: await readFile(path, 'utf8'), absoluteRef: path, config });
// No order has an id of this form, and what stands behind it allows the same methods.
const problems = found.filter(({ message }) => !message.includes('`/v1/orders/by-idempotency-key/{key}`'));
for (const { ruleId, message, location } of problems)
  console.error(`${ruleId}: ${message} (${location[0]?.pointer ?? ''})`);
if (problems.length > 0) process.exitCode = 1;
else console.log('the OpenAPI document keeps every rule');
