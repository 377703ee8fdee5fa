import { allBuckets, shareLeft } from './throttle.js';

const QUOTA = [
  { requests: 100, perMs: 1_000, counts: 'writes' },
  { requests: 600, perMs: 60_000, counts: 'all' },
] as const;

it('has each bucket of a quota once, whichever calls it counts', () => {
  expect(allBuckets(QUOTA).map(({ name }) => name)).toEqual(['all/60000', 'writes/1000']);
});

const bucket = { name: 'all/60000', capacity: 30, tokensPerMs: 0.01 };

it.each([
  ['nothing of one that was just emptied', { tokens: 0, ageMs: 0, pace: 1 }, 0],
  ['what has flowed in since', { tokens: 5, ageMs: 1_000, pace: 1 }, 0.5],
  ['less of it after a 429', { tokens: 5, ageMs: 1_000, pace: 0.5 }, 1 / 3],
  ['all of it, and no more, after long enough', { tokens: 5, ageMs: 60_000, pace: 1 }, 1],
  ['nothing of one that was overdrawn', { tokens: -5, ageMs: 0, pace: 1 }, 0],
  ['what was written down, by a clock that is ahead', { tokens: 15, ageMs: -1_000, pace: 1 }, 0.5],
])('says that %s is left', (_, level, left) => {
  expect(shareLeft(bucket, level)).toBeCloseTo(left);
});
