import { gunzipSync } from 'node:zlib';
import { storedGzip } from './stored-gzip.js';

describe('a member of a gzip file that holds bytes as they are', () => {
  it.each([0, 1, 512, 65_535, 65_536, 200_000])('is read back: %d bytes', (length) => {
    const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 7) % 251));
    expect(gunzipSync(storedGzip(bytes)).equals(bytes)).toBe(true);
    const two = Buffer.concat([storedGzip(bytes), storedGzip(Buffer.from('more'))]);
    expect(gunzipSync(two).toString('latin1')).toBe(`${bytes.toString('latin1')}more`);
  });

  it('is the same bytes, whichever zlib is there', () => {
    expect(Buffer.from(storedGzip(Buffer.from('abc'))).toString('hex')).toBe(
      '1f8b08000000000000ff' + '010300fcff616263' + 'c2412435' + '03000000',
    );
  });
});
