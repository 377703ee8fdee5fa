import { RateLimit } from './rate-limit.js';

describe('a rate limit', () => {
  it('allows so many per window and starts again with the next', () => {
    const limit = new RateLimit([{ limit: 2, windowMs: 1000 }]);
    const allowedAt = (nowMs: number): boolean => limit.take(nowMs).allowed;
    expect([0, 500, 999, 1000, 1001, 1002].map(allowedAt)).toEqual([true, true, false, true, true, false]);
  });

  it('describes the fullest of several windows, and when it starts again', () => {
    const limit = new RateLimit([
      { limit: 10, windowMs: 1000 },
      { limit: 2, windowMs: 60_000 },
    ]);
    expect(limit.take(120_500)).toEqual({ allowed: true, limit: 2, remaining: 1, resetAtSeconds: 180 });
    expect(limit.take(121_500)).toEqual({ allowed: true, limit: 2, remaining: 0, resetAtSeconds: 180 });
    expect(limit.take(122_500)).toEqual({ allowed: false, limit: 2, remaining: 0, resetAtSeconds: 180 });
    expect(limit.take(180_000).allowed).toBe(true);
  });

  it('does not count what it refuses', () => {
    const limit = new RateLimit([
      { limit: 1, windowMs: 1000 },
      { limit: 2, windowMs: 60_000 },
    ]);
    expect([0, 1, 2, 1000, 2000].map((nowMs) => limit.take(nowMs).allowed)).toEqual([true, false, false, true, false]);
  });

  it('without a window allows everything', () => {
    expect(new RateLimit([]).take(0).allowed).toBe(true);
  });
});
