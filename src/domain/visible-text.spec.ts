import { printsAsWritten, showsSomething } from './visible-text.js';

const prints = (text: string): boolean => printsAsWritten(text, { lines: false });

describe('a text', () => {
  it.each([
    ['a space that has no width', '\u200b'],
    ['a word joiner', 'Jane\u2060Smith'],
    ['a byte order mark', '\ufeffJane'],
    ['a soft hyphen', 'Ja\u00adne'],
    ['a joiner between Latin letters', 'Jane\u200dSmith'],
    ['a non-joiner at the end', 'علی\u200c'],
    ['a Hangul filler', '\u3164'],
    ['a grapheme joiner', 'a\u034f\u0301'],
    ['a braille cell without a dot', '\u2800'],
    ['a tag', 'Jane\u{e0041}'],
    ['the choice of a form after a letter', 'Jane\ufe0f'],
    ['the choice of a form after a digit', 'Jane 1\ufe0f'],
    ['an override of the direction', 'Jane\u202eSmith'],
    ['an isolate of a direction', '\u2066Jane\u2069'],
    ['a mark of a direction', 'Jane\u200f'],
    ['an Arabic letter mark', 'Jane\u061c'],
    ['a separator of lines', 'Jane\u2028Smith'],
    ['a separator of paragraphs', 'Jane\u2029Smith'],
    ['a next line', 'Jane\u0085Smith'],
    ['an escape', 'Jane\u001b[31m'],
    ['an unassigned character', 'Jane\u0378'],
    ['a character that will never be one', 'Jane\uffff'],
    ['a private character', 'Jane\ue000'],
  ])('does not print as written with %s', (_, text) => {
    expect(prints(text)).toBe(false);
  });

  it.each([
    ['a composed letter', 'José'],
    ['a decomposed letter', 'Jose\u0301'],
    ['Persian, with a non-joiner', 'نام\u200cخانوادگی'],
    ['Sinhala, with a joiner', 'ශ්\u200dරී ලංකා'],
    ['Devanagari, with a joiner', 'क्\u200dष'],
    ['a keycap', '№ 1️⃣'],
    ['an emoji of three', '👨‍👩‍👧 Smith'],
    ['an emoji with a tone, and one with its form', '👩🏽‍🔬 and ❤️'],
    ['a Japanese name with the form of its character', '辻\u{e0100}'],
    ['signs', 'O’Brien & Söhne, GmbH – 50 % “green” №1'],
    ['spaces of other widths', 'a\u00a0b\u3000c'],
  ])('prints as written with %s', (_, text) => {
    expect(prints(text)).toBe(true);
    expect(showsSomething(text)).toBe(true);
  });

  it('may have lines and tabs where it is said, and no other separators', () => {
    expect(printsAsWritten('a\r\n\tb', { lines: true })).toBe(true);
    expect(printsAsWritten('a\nb', { lines: false })).toBe(false);
    for (const separator of ['\u2028', '\u2029', '\u0085', '\v', '\f'])
      expect(printsAsWritten(`a${separator}b`, { lines: true })).toBe(false);
  });

  it.each(['', ' ', '\u00a0\u3000', '\n', '\u0301', '\u200b', '\u2800', '\u3164', '\u00ad\u200d'])(
    'shows nothing: %j',
    (text) => {
      expect(showsSomething(text)).toBe(false);
    },
  );
});
