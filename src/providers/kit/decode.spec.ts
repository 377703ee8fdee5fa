import { Decimal } from 'decimal.js';
import * as fc from 'fast-check';
import {
  clues,
  decimal,
  decode,
  evidence,
  exactText,
  flag,
  identifier,
  instant,
  jsonFrom,
  list,
  mass,
  nullable,
  object,
  oneOf,
  readable,
  rows,
  text,
  webUrl,
  wholeNumber,
} from './decode.js';
import { ProviderProtocolError } from './protocol-error.js';

const bytes = (json: string): Uint8Array => new TextEncoder().encode(json);

const problemOf = (run: () => unknown): ProviderProtocolError => {
  try {
    run();
  } catch (error) {
    if (error instanceof ProviderProtocolError) return error;
    throw error;
  }
  throw new Error('must refuse');
};

/** Anything but a refusal goes on. */
const readOrRefused = <T>(run: () => T): T | 'refused' => {
  try {
    return run();
  } catch (error) {
    if (error instanceof ProviderProtocolError) return 'refused';
    throw error;
  }
};

describe('decimal', () => {
  it('takes a JSON number at the spelling the provider wrote, without drift', () => {
    const spelling = fc
      .tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 999_999 }))
      .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(6, '0')}`);
    fc.assert(
      fc.property(spelling, (written) => {
        const read = decode(decimal, jsonFrom(bytes(written)));
        expect(read.toFixed()).toBe(new Decimal(written).toFixed());
        expect(decode(decimal, written).equals(read)).toBe(true);
      }),
    );
  });

  it('reads a text without decimals', () => {
    expect(decode(decimal, '12').toFixed()).toBe('12');
  });

  it('reads numbers in exponent notation', () => {
    expect(decode(decimal, 1e-7).toFixed()).toBe('0.0000001');
  });

  it.each([
    [-1],
    [-0.01],
    [NaN],
    [Infinity],
    [Number('1e400')],
    [1.1e15],
    ['1e3'],
    ['-1'],
    ['1,5'],
    [' 1'],
    [''],
    [true],
    [null],
    [[1]],
  ])('refuses %p', (value) => {
    expect(problemOf(() => decode(decimal, value)).message).toMatch(/^response must be /);
  });

  it('never yields anything but a finite amount from zero on', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const read = readOrRefused(() => decode(decimal, value));
        expect(read === 'refused' || (read.isFinite() && read.greaterThanOrEqualTo(0))).toBe(true);
      }),
    );
  });
});

describe('object', () => {
  const order = object({ id: identifier, lines: list(object({ kg: mass('kg') })), note: nullable(text) });

  it('reads the fields it names and no others', () => {
    const body = jsonFrom(bytes('{"id":"a1","lines":[{"kg":1.5}],"note":null,"extra":1,"__proto__":{"note":"x"}}'));
    expect(decode(order, body)).toEqual({ id: 'a1', lines: [{ kg: 1500 }], note: null });
  });

  it('does not read inherited fields', () => {
    const inherited = Object.create({ id: 'a1', lines: [] }) as object;
    expect(problemOf(() => decode(order, inherited)).message).toContain('response.id');
  });

  it('names the path of a wrong field and never its value', () => {
    const error = problemOf(() => decode(order, { id: 'a1', lines: [{ kg: 1 }, { kg: 'secret-value' }] }));
    expect(error.message).toBe('response.lines[1].kg must be a decimal number');
  });

  it.each([[null], [[]], ['{}'], [1], [undefined]])('refuses %p', (value) => {
    expect(problemOf(() => decode(order, value)).message).toBe('response must be an object');
  });
});

describe('nullable', () => {
  it.each([[undefined], [null]])('reads %p as null', (value) => {
    expect(decode(nullable(flag), value)).toBeNull();
  });

  it('reads and refuses all else as it would without', () => {
    expect(decode(nullable(flag), false)).toBe(false);
    expect(() => decode(nullable(flag), 0)).toThrow(ProviderProtocolError);
  });
});

describe('list', () => {
  it('refuses what is none', () => {
    expect(() => decode(list(flag), { 0: true, length: 1 })).toThrow(ProviderProtocolError);
  });
});

describe('jsonFrom', () => {
  it.each([['<html>'], [''], ['{"a":1'], ['{"a":1}x']])('refuses %p', (body) => {
    expect(problemOf(() => jsonFrom(bytes(body))).reason).toBe('unreadable_answer');
  });

  it('refuses text that is not UTF-8 instead of replacing it', () => {
    expect(() => jsonFrom(new Uint8Array([0x22, 0xff, 0xfe, 0x22]))).toThrow(ProviderProtocolError);
  });
});

describe('text', () => {
  it('holds nothing that a database would refuse', () => {
    expect(decode(text, jsonFrom(bytes('"a\\u0000b\\ud800c\\ud83d\\ude00"')))).toBe('ab\uFFFDc😀');
  });
});

describe('evidence', () => {
  const shape = object({ id: identifier, url: evidence(webUrl), names: evidence(list(evidence(text))) });

  it('is read field by field, and what cannot be read is told by its name', () => {
    const told: string[] = [];
    const read = decode(shape, { id: 'a', url: 'javascript:1', names: ['b', 7, null] }, (what) => told.push(what));
    expect(read).toEqual({ id: 'a', url: null, names: ['b', null, null] });
    expect(told).toEqual(['response.url must be a web address', 'response.names[1] must be a text']);
  });

  it('is not told where it is only missing', () => {
    const told: string[] = [];
    expect(decode(shape, { id: 'a', url: null }, (what) => told.push(what))).toEqual({
      id: 'a',
      url: null,
      names: null,
    });
    expect(told).toEqual([]);
  });

  it('excuses nothing that is not evidence', () => {
    expect(() => decode(shape, { id: '', url: 'https://a.example' })).toThrow('response.id');
  });
});

describe('rows', () => {
  const read = rows(
    object({ id: identifier, state: oneOf(['placed']) }),
    clues({ id: identifier, metadata: exactText }),
  );

  it('reads each row by itself, and tells of those that it cannot read', () => {
    const told: string[] = [];
    const body = [
      { id: 'a', state: 'placed' },
      { id: 'b', state: 'frozen', metadata: 'x' },
      null,
      { id: 3, metadata: null },
    ];
    const found = decode(read, body, (what) => told.push(what));
    expect(readable(found)).toEqual([{ id: 'a', state: 'placed' }]);
    expect(found.map(({ clues: { id, metadata } }) => [id, metadata])).toEqual([
      [['a'], null],
      [['b'], ['x']],
      [null, null],
      [null, []],
    ]);
    expect(found.map(({ why }) => why?.message ?? null)).toEqual([null, ...told]);
    expect(told).toHaveLength(3);
  });

  it('refuses what is no list', () => {
    expect(() => decode(read, { 0: {} })).toThrow('response must be a list');
  });
});

describe('oneOf', () => {
  it('reads a word of the set', () => {
    expect(decode(oneOf(['placed', 'retired']), 'retired')).toBe('retired');
  });

  it('keeps a word only where there is one', () => {
    expect(problemOf(() => decode(oneOf(['placed']), 7)).word).toBeNull();
  });

  it.each([['constructor'], ['toString'], ['__proto__'], ['Placed'], ['placed ']])('does not know %p', (word) => {
    const error = problemOf(() => decode(oneOf(['placed']), word));
    expect(error.word).toBe(word);
    expect(error.reason).toBe('unreadable_answer');
    expect(error.message).not.toContain(word);
  });
});

describe('mass', () => {
  it('is exact in grams', () => {
    expect(decode(mass('t'), 0.1)).toBe(100_000);
    expect(decode(mass('kg'), '0.001')).toBe(1);
  });

  it.each([[0], [0.0001], [-1], [1e15], ['x']])('refuses %p kg', (value) => {
    expect(() => decode(mass('kg'), value)).toThrow(ProviderProtocolError);
  });
});

describe('instant', () => {
  it.each([
    ['2026-01-05T18:00:00.123456Z', '2026-01-05T18:00:00.123Z'],
    ['2026-01-05T18:00:00+00:00', '2026-01-05T18:00:00.000Z'],
    ['2026-01-05T20:00:00+02:00', '2026-01-05T18:00:00.000Z'],
    ['2018-05-05T23:23:22.29', '2018-05-05T23:23:22.290Z'],
    ['2028-02-29T23:00:00-02:00', '2028-03-01T01:00:00.000Z'],
  ])('reads %s', (written, time) => {
    expect(decode(instant, written).toISOString()).toBe(time);
  });

  it.each([
    ['2026-13-05T18:00:00Z'],
    ['2026-02-30T18:00:00Z'],
    ['2027-02-29T23:00:00-02:00'],
    ['2026-04-31T00:00:00'],
    ['2026-01-05'],
    ['+002026-01-05T18:00:00Z'],
    ['2026-01-05T18:00:00.1234567891'],
    ['yesterday'],
    [['2026-01-05T18:00:00Z']],
    [1767636000],
    [null],
  ])('refuses %p', (value) => {
    expect(() => decode(instant, value)).toThrow(ProviderProtocolError);
  });
});

describe('small decoders', () => {
  it.each([
    ['webUrl', webUrl, 'https://a.example/x?y=z'],
    ['webUrl', webUrl, 'http://127.0.0.1:8080'],
    ['webUrl', webUrl, `https://a.example/${'x'.repeat(2_030)}`],
    ['identifier', identifier, 'a'],
    ['identifier', identifier, '--7'],
    ['identifier', identifier, 'x'.repeat(128)],
    ['wholeNumber', wholeNumber(1, 9), 1],
    ['wholeNumber', wholeNumber(1, 9), 9],
    ['flag', flag, true],
    ['flag', flag, false],
  ])('%s reads what it may: %#', (_, decoder, value) => {
    expect(decode<unknown>(decoder, value)).toBe(value);
  });

  it.each([
    ['webUrl', webUrl, 'javascript:alert(1)'],
    ['webUrl', webUrl, '/relative'],
    ['webUrl', webUrl, 'https://a.example/\u0000'],
    ['webUrl', webUrl, ' https://a.example/'],
    ['webUrl', webUrl, `https://a.example/${'x'.repeat(2_031)}`],
    ['webUrl', webUrl, ['https://a.example/']],
    ['identifier', identifier, '..'],
    ['identifier', identifier, ''],
    ['identifier', identifier, 'a b'],
    ['identifier', identifier, 'x'.repeat(129)],
    ['identifier', identifier, 7],
    ['wholeNumber', wholeNumber(1, 9), 1.5],
    ['wholeNumber', wholeNumber(1, 9), 0],
    ['wholeNumber', wholeNumber(1, 9), 10],
    ['wholeNumber', wholeNumber(1, 9), '5'],
    ['flag', flag, 'true'],
    ['text', text, 1],
  ])('%s refuses what it must', (_, decoder, value) => {
    expect(() => decode<unknown>(decoder, value)).toThrow(ProviderProtocolError);
  });
});
