import { fingerprintOf } from '../../src/http/idempotency/fingerprint.js';
import { idempotencyKeyFrom } from '../../src/http/idempotency/idempotency-key.js';
import { HttpProblem } from '../../src/http/problems/http-problem.js';

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof HttpProblem) return thrown.code;
    throw thrown;
  }
  return 'none';
};

describe('an Idempotency-Key header', () => {
  it.each([
    ['may be a plain key', 'abc-123', 'abc-123'],
    ['may contain every visible character', '!~"#', '!~"#'],
    ['may have 255 characters', 'k'.repeat(255), 'k'.repeat(255)],
    ['may be a quoted string', '"8e03978e-40d5"', '8e03978e-40d5'],
    ['may contain escapes in its quoted form', String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    ['that only begins with a quote is a plain key', '"abc', '"abc'],
  ])('%s', (_, header, key) => {
    expect(idempotencyKeyFrom(header)).toBe(key);
  });

  it.each([
    ['is missing', undefined, 'idempotency_key_missing'],
    ['is empty', '', 'idempotency_key_missing'],
    ['is an empty quoted string', '""', 'idempotency_key_invalid'],
    ['holds a space', 'a b', 'idempotency_key_invalid'],
    ['was sent twice', ['a', 'b'], 'idempotency_key_invalid'],
    ['holds a quoted space', '"a b"', 'idempotency_key_invalid'],
    ['holds a letter beyond ASCII', 'clé', 'idempotency_key_invalid'],
    ['holds a control character', 'a\u0001', 'idempotency_key_invalid'],
    ['has 256 characters', 'k'.repeat(256), 'idempotency_key_invalid'],
    ['has 256 quoted characters', `"${'k'.repeat(256)}"`, 'idempotency_key_invalid'],
  ])('that %s is refused', (_, header, code) => {
    expect(codeOf(() => idempotencyKeyFrom(header))).toBe(code);
  });
});

describe('the fingerprint of a payload', () => {
  const hex = (payload: object): string => Buffer.from(fingerprintOf(payload)).toString('hex');

  it('does not depend on the order of fields, at any depth', () => {
    expect(hex({ a: 1, b: { c: 2, d: [{ e: 1, f: 2 }] } })).toBe(hex({ b: { d: [{ f: 2, e: 1 }], c: 2 }, a: 1 }));
  });

  it('treats an undefined field as absent', () => {
    expect(hex({ a: 1, b: undefined })).toBe(hex({ a: 1 }));
  });

  it.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: { b: 1 } }, { a: { c: 1 } }],
    [{ a: '' }, {}],
    [{ 'a.b': 1 }, { a: { b: 1 } }],
  ])('differs between %j and %j', (one, other) => {
    expect(hex(one)).not.toBe(hex(other));
  });
});
