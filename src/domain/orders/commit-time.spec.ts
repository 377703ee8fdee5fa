import { AT_COMMIT, committedTime } from './commit-time.js';

const drawn = (high: number, low: number): number[] => {
  const times: number[] = [];
  const draw = jest.spyOn(crypto, 'getRandomValues').mockReturnValueOnce(new Uint32Array([high, low]));
  jest.isolateModules(() => {
    const module = jest.requireActual<typeof import('./commit-time.js')>('./commit-time.js');
    times.push(module.AT_COMMIT.getTime());
  });
  draw.mockRestore();
  return times;
};

it('is drawn anew by every process, from the last nine thousand years that a Date can hold', () => {
  expect(drawn(0, 0)).toEqual([8.64e15]);
  expect(drawn(2 ** 32 - 2, 7)).toEqual([8.64e15 - (2 ** 16 - 2) * 2 ** 32 - 7]);
  expect(AT_COMMIT.toISOString()).toMatch(/^\+2[67]\d{4}-/);
});

it('is replaced by the time of the commit, and nothing else is', () => {
  const at = new Date('2026-01-01T00:00:00Z');
  const other = new Date('2025-01-01T00:00:00Z');
  expect(committedTime(AT_COMMIT, at)).toBe(at);
  expect(committedTime(other, at)).toBe(other);
  expect(committedTime(null, at)).toBeNull();
});
