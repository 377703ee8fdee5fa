import { allBuckets, bucketsFor, reserveFor, shareLeft } from './throttle.js';

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

it('keeps a little below a quota, and lets a twentieth of it come at once, or five calls', () => {
  expect(bucketsFor(QUOTA, 'writes')).toEqual([
    { name: 'writes/1000', capacity: 5, tokensPerMs: 0.097 },
    { name: 'all/60000', capacity: 30, tokensPerMs: 0.0097 },
  ]);
  expect(bucketsFor(QUOTA, 'reads').map(({ name }) => name)).toEqual(['all/60000']);
});

it.each([
  ['nothing for a purchase', 'placeOrder', {}, false, 0],
  ['a tenth for a read that a purchase waits for', 'quote', { isAwaited: true }, false, 0.1],
  ['a fifth for a look at an order', 'fetchStatus', {}, false, 0.2],
  ['what is set for a price that no order waits for', 'quote', {}, false, 0.3],
  ['half for the catalog', 'offerings', {}, false, 0.5],
  ['half of that once some of its reads are made', 'offerings', {}, true, 0.25],
  ['most for what is in no hurry', 'listOrders', { isUnhurried: true }, false, 0.6],
] as const)('leaves %s', (_, operation, { isAwaited = false, isUnhurried = false }: Hurry, hasBegun, share) => {
  expect(reserveFor(operation, { isAwaited, isUnhurried }, hasBegun, 0.3)).toBe(share);
});

interface Hurry {
  readonly isAwaited?: boolean;
  readonly isUnhurried?: boolean;
}
