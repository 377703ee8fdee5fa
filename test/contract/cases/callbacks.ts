import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import type { ContractCase } from '../provider-contract.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const callbackCases: readonly ContractCase[] = [
  {
    name: 'parseCallback never throws, whatever it is sent',
    run: async (fixture) => {
      const parse = fixture.have('parseCallback');
      const junk = fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.json().map(bytes),
        fc.anything().map((value) => bytes(JSON.stringify({ order: value }) ?? '')),
        fc.constantFrom('', '[', '{"order":{"id":"../x y"}}', '['.repeat(50_000)).map(bytes),
      );
      const holds = fc.property(junk, (body) => {
        const hint = parse(body);
        assert.ok(hint === null || (/^[\x21-\x7e]{1,128}$/.test(hint) && hint !== '..'));
      });
      assert.doesNotThrow(() => fc.assert(holds, { numRuns: 500 }));
    },
  },
];
