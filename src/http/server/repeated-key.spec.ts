import fc from 'fast-check';
import { repeatedKeyIn } from './repeated-key.js';

describe('a field that an object has twice', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":{"b":[{"c":1},{"c":1,"d":{"e":1,"e":1}}]}}', 'a.b.d.e'],
    [String.raw`{"a":1,"\u0061":2}`, 'a'],
    [String.raw`{"\"":1,"\u0022":2}`, '"'],
    ['{"":1,"":2}', ''],
    ['[{"a":1},{"a":1}]', null],
    ['{"a":{"a":{"a":1}},"b":{"a":1}}', null],
    ['{"a":"a","b":"a"}', null],
    [String.raw`{"a":"{\"b\":1,\"b\":2}","c":"\\"}`, null],
    ['{"a":["b","b"],"b":1}', null],
    ['"a"', null],
    ['[]', null],
  ])('is found in %s', (json, path) => {
    expect(repeatedKeyIn(json)).toBe(path);
  });

  it('is in no JSON that was written from a value', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.constantFrom(0, 1),
        (json, indent) => repeatedKeyIn(JSON.stringify(JSON.parse(json), null, indent)) === null,
      ),
    );
  });

  it('is looked for in time that grows with the text only', () => {
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    expect(repeatedKeyIn(deep)).toBeNull();
    expect(repeatedKeyIn(`["${'\\\\'.repeat(30_000)}"]`)).toBeNull();
  });
});
