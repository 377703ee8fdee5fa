/**
 * What a text may consist of where people, registries and certificates print it, for ever: characters that print as they
 * are written and where they are written. Unicode 15 or later, whichever the running Node has; a character that is newer
 * counts as unassigned.
 */

/** Characters without a print: controls, formats, fillers, unassigned and private ones, separators of lines. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

const LINES = /[\n\r\t]/gu;

/**
 * Invisible characters that shape the ones around them: the joiners between letters of scripts that join, and in an
 * emoji of several; the choice of a form after an emoji, in a keycap, or after a Han character, as Japanese names have
 * it.
 */
const JOINS =
  'Arabic|Syriac|Mongolian|Nko|Devanagari|Bengali|Gurmukhi|Gujarati|Oriya|Tamil|Telugu|Kannada|Malayalam|Sinhala|Khmer|Myanmar|Tibetan'
    .split('|')
    .map((script) => String.raw`\p{Script=${script}}`)
    .join('');
const SHAPING = new RegExp(
  [
    String.raw`(?<=[${JOINS}]\p{Mn}*)[\u200c\u200d](?=[${JOINS}])`,
    String.raw`(?<=\p{Extended_Pictographic}[\p{Emoji_Modifier}\ufe0f]?)\u200d(?=\p{Extended_Pictographic})`,
    String.raw`(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]`,
    String.raw`(?<=[0-9#*])\ufe0f(?=\u20e3)`,
    String.raw`(?<=\p{Script=Han})[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]`,
  ].join('|'),
  'gu',
);

/** A letter, a digit, a sign or a symbol: something to see. A space or an accent without its letter is not. */
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

export interface TextLayout {
  /** Whether the text may have several lines, and tabs. */
  readonly lines: boolean;
}

/** Whether every character of the text prints as it is written. */
export const printsAsWritten = (text: string, { lines }: TextLayout): boolean => {
  const shaped = text.replace(SHAPING, '');
  return !UNPRINTABLE.test(lines ? shaped.replace(LINES, '') : shaped);
};

/** Whether the text shows anything at all. */
export const showsSomething = (text: string): boolean =>
  [...text].some((character) => SEEN.test(character) && !UNPRINTABLE.test(character));
