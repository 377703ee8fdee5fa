import { tarHeader, tarPadding } from './ustar.js';

describe('a tar archive', () => {
  it('is made of whole blocks', () => {
    for (const size of [0, 1, 511, 512, 513]) expect((size + tarPadding(size).length) % 512).toBe(0);
    expect(tarHeader('a/b.csv', 8 ** 11 - 1, new Date(0))).toHaveLength(512);
  });

  it.each([
    ['a path that is too long', 'x'.repeat(101), 0],
    ['a path that is not ASCII', 'é', 0],
    ['no path', '', 0],
    ['a file that is too large', 'a', 8 ** 11],
  ])('refuses %s', (_, path, size) => {
    expect(() => tarHeader(path, size, new Date(0))).toThrow(RangeError);
  });
});
