import fc from 'fast-check';
import { readCsv } from '../../../test/support/read-csv.js';
import { csvLine, textCell } from './csv.js';

describe('a line of CSV', () => {
  it('is read back as it was, whatever its cells hold', () => {
    const cells = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ';', ' ', 'é', '😀') }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(cells, (values) => {
        const [row] = readCsv(csvLine(['a', 'b', 'c']) + csvLine(values));
        expect(Object.values(row ?? {})).toEqual(values);
      }),
    );
  });

  it('ends with CRLF, and has nothing for null', () => {
    expect(csvLine(['a', null, 'b c'])).toBe('a,,b c\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('holds no formula: %j', (text) => {
    expect(textCell(text)).toBe(`'${text}`);
  });

  it.each(['', 'a=b', ' =1', "'=1", '5-1', null])('leaves other texts: %j', (text) => {
    expect(textCell(text)).toBe(text);
  });
});
