import { pauseBeforeRetry } from './retry.js';

const LATER = { safe: true, same_key: true };

describe('a request is sent again', () => {
  it('when the gateway said so, not before it said', () => {
    expect(pauseBeforeRetry({ status: 409, retry: { ...LATER, after_seconds: 3 } }, 0, 0)).toBe(3_000);
    expect(pauseBeforeRetry({ status: 503, retry: { ...LATER, after_seconds: 3 } }, 2, 1)).toBe(4_000);
  });

  it('after silence and after 5xx, each time later, spread, and never after more than some seconds', () => {
    for (const status of [null, 500]) {
      const pauses = [0, 1, 2, 3, 9].map((retries) => pauseBeforeRetry({ status, retry: LATER }, retries, 0));
      expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000]);
      expect(pauseBeforeRetry({ status, retry: LATER }, 0, 1)).toBe(500);
    }
  });
});

describe('a request is not sent again', () => {
  it.each([
    ['that may have its effect twice', null, { safe: false, same_key: true }],
    ['whose key is bound to another outcome', 503, { safe: true, same_key: false }],
    ['that may succeed some day, but not at a time that was named', 422, LATER],
    ['that should come back in an hour', 503, { ...LATER, after_seconds: 3_600 }],
  ])('%s', (_, status, retry) => {
    expect(pauseBeforeRetry({ status, retry }, 0, 0)).toBeNull();
  });
});
