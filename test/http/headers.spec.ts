import { etagOf, matches } from '../../src/http/server/tagged-response.js';
import { preferWaitFrom } from '../../src/http/server/prefer-wait.js';
import { requestIdFrom } from '../../src/http/server/request-id.js';

describe('the Prefer header', () => {
  it.each([
    ['nothing', undefined, 10_000, null],
    ['respond-async', 'respond-async', 0, 'respond-async'],
    ['no wait', 'wait=0', 0, 'wait=0'],
    ['the longest wait', 'wait=30', 30_000, 'wait=30'],
    ['a quoted wait', 'wait="5"', 5_000, 'wait=5'],
    ['capitals and spaces', 'Wait = 7', 7_000, 'wait=7'],
    ['both', 'respond-async, wait=3', 3_000, 'wait=3'],
    ['two headers', ['return=minimal', 'wait=4'], 4_000, 'wait=4'],
    ['too long a wait', 'wait=31', 10_000, null],
    ['a negative wait', 'wait=-1', 10_000, null],
    ['half a second', 'wait=0.5', 10_000, null],
    ['another preference', 'return=minimal', 10_000, null],
    ['nonsense', ';;,=', 10_000, null],
  ])('may hold %s', (_, header, waitMs, applied) => {
    expect(preferWaitFrom(header)).toEqual({ waitMs, applied });
  });
});

describe('the X-Request-Id of a response', () => {
  it.each(['a', 'A-b_c.9', 'x'.repeat(128)])('is the given %s', (id) => {
    expect(requestIdFrom({ 'x-request-id': id })).toBe(id);
  });

  it.each([undefined, '', 'a b', 'a\nb', 'ü', '<script>', 'x'.repeat(129)])('is a new one for %j', (id) => {
    expect(requestIdFrom(id === undefined ? {} : { 'x-request-id': id })).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the ETag of a response', () => {
  const tag = etagOf(3, '{"a":1}');

  it('is strong and changes with the body', () => {
    expect(tag).toMatch(/^"3-[\w-]{16}"$/);
    expect(etagOf(3, '{"a":2}')).not.toBe(tag);
  });

  it.each([tag, `W/${tag}`, `"other", ${tag}`, '*'])('is matched by %s', (header) => {
    expect(matches(header, tag)).toBe(true);
  });

  it.each([undefined, '', '"other"', tag.slice(1, -1)])('is not matched by %s', (header) => {
    expect(matches(header, tag)).toBe(false);
  });
});
