import * as fc from 'fast-check';
import { printable } from './printable.js';

it.each([
  ['a\u202Egpj.exe', 'agpj.exe'],
  ['\u2066a\u2069\u200F\u061C', 'a'],
  ['\u001B[31mred\u001B[0m', '[31mred[0m'],
  ['\u009B31m\u0007\u0000', '31m'],
  ['one\r\ntwo\u2028three\tfour', 'one two three four'],
  ['zero\u200Bwidth\uFEFF\u2060', 'zerowidth'],
  ['a\u{E0041}\u{E007F}b', 'ab'],
  ['half \uD800 a pair', 'half \uFFFD a pair'],
  ['می\u200Cخواهم 👩\u200D🌾 Ærø', 'می\u200Cخواهم 👩\u200D🌾 Ærø'],
  ['<img onerror=alert(1)>', '<img onerror=alert(1)>'],
])('prints %j as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

it('is one line without controls, halves and marks of direction, whatever it is made of', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/u);
      expect(printable(printable(text))).toBe(printable(text));
    }),
  );
});
