import type { SendResult } from './delivery.js';
import { MOST_FAILING_MS, verdictOf } from './schedule.js';

const result = (status: number | null): SendResult => ({
  startedAt: new Date(0),
  durationMs: 1,
  status,
  failure: status === null ? 'timed_out' : status === 200 ? null : 'refused',
  answer: null,
});

const delaysMs = (random: number): number[] =>
  Array.from({ length: 9 }, (_, n) => verdictOf(result(null), n + 1, random)).map((verdict) =>
    verdict.delivery === 'pending' ? verdict.delayMs : NaN,
  );

it('tries again after 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, a tenth sooner or later', () => {
  const hours = [5 / 3600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24];
  for (const [random, share] of [
    [0, 0.9],
    [0.5, 1],
    [1, 1.1],
  ] as const)
    delaysMs(random).forEach((ms, n) => expect(ms).toBeCloseTo((hours[n] ?? NaN) * 3_600_000 * share));
});

it('gives up after ten, before the endpoint can be disabled for that alone', () => {
  expect(verdictOf(result(500), 10, 0.5)).toEqual({ delivery: 'dead', endpoint: 'fails' });
  expect(delaysMs(1).reduce((sum, ms) => sum + ms)).toBeLessThan(MOST_FAILING_MS);
});

it('takes 2xx for delivered, and 410 for the end', () => {
  expect(verdictOf(result(200), 10, 0.5)).toEqual({ delivery: 'delivered', endpoint: 'works' });
  expect(verdictOf(result(410), 1, 0.5)).toEqual({ delivery: 'dead', endpoint: 'gone' });
});
