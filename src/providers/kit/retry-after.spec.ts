import * as fc from 'fast-check';
import { quotaBackIn, retryAfterMs } from './retry-after.js';

const NOW = Date.UTC(2026, 0, 5, 12);
const DAY_MS = 86_400_000;

const wait = (headers: Record<string, string>): number | undefined =>
  retryAfterMs((name) => headers[name] ?? null, NOW);

it.each([
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after': ' 0.5 ' }, 500],
  [{ 'retry-after': 'Mon, 05 Jan 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Mon, 05 Jan 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': '86400' }, DAY_MS],
  [{ 'retry-after': '86401' }, undefined],
  [{ 'retry-after': '9999999999' }, undefined],
  [{ 'retry-after': 'Tue, 01 Jan 2999 00:00:00 GMT' }, undefined],
  [{ 'retry-after': '9999999999', 'x-ratelimit-reset': '42' }, 42_000],
  [{ 'x-ratelimit-reset': String(NOW / 1_000 + 42) }, 42_000],
  [{ 'x-ratelimit-reset': '42' }, 42_000],
  [{ 'x-ratelimit-reset': ' 1.25 ' }, 1_250],
  [{ 'x-ratelimit-reset': '999999999' }, undefined],
  [{ 'x-ratelimit-reset': String(NOW / 1_000 + 86_401) }, undefined],
  [{ 'x-ratelimit-reset': '1000000000' }, 0],
  [{ 'x-ratelimit-reset': '1.2345' }, undefined],
  [{ 'ratelimit-reset': '3' }, 3_000],
  [{ 'retry-after': 'soon', 'x-ratelimit-reset': '5' }, 5_000],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'x-ratelimit-reset': '-5' }, undefined],
  [{}, undefined],
])('%p', (headers, expected) => {
  expect(wait(headers)).toBe(expected);
});

it.each([
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 + 42) }, 42_000],
  [{ 'ratelimit-remaining': ' 0 ', 'ratelimit-reset': '3' }, 3_000],
  [{ 'x-ratelimit-remaining': '00', 'x-ratelimit-reset': '42' }, 42_000],
  [{ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '42' }, null],
  [{ 'x-ratelimit-remaining': '10', 'x-ratelimit-reset': '42' }, null],
  [{ 'x-ratelimit-remaining': '05', 'x-ratelimit-reset': '42' }, null],
  [{ 'x-ratelimit-remaining': '', 'x-ratelimit-reset': '42' }, null],
  [{ 'x-ratelimit-remaining': '0' }, null],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '999999999' }, null],
  [{ 'x-ratelimit-reset': '42' }, null],
])('the last call within a quota: %p', (headers: Record<string, string>, expected) => {
  expect(quotaBackIn((name) => headers[name] ?? null, NOW)).toBe(expected);
});

it('is nothing or from zero to a day, whatever the headers say', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (retryAfter, reset) => {
      const ms = wait({ 'retry-after': retryAfter, 'x-ratelimit-reset': reset });
      expect(ms === undefined || (ms >= 0 && ms <= DAY_MS)).toBe(true);
    }),
  );
});
