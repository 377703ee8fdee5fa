/** What PostgreSQL cannot store and JSON parsers treat differently: halves of surrogate pairs. */
const UNSTORABLE = /\p{Cs}/gu;

/** Line breaks and tabs, which separate words. */
const SEPARATING = /[\t-\r\u0085\u2028\u2029]+/gu;

/**
 * What acts instead of being seen: control characters (escape codes of terminals begin with one), marks that turn the
 * direction of the text around them, and invisible ones that can hide a text in another. The joiners U+200C and U+200D
 * stay: Persian and composed emoji need them.
 */
const ACTING = /[\p{Cc}\p{Bidi_Control}\u{200B}\u{2060}-\u{206F}\u{FEFF}\u{FFF9}-\u{FFFB}\u{E0000}-\u{E007F}]/gu;

/** A text from outside as one line that shows what it says, wherever it is printed. Markup in it is left as it is. */
export const printable = (text: string): string =>
  text.replaceAll(UNSTORABLE, '\uFFFD').replaceAll(SEPARATING, ' ').replaceAll(ACTING, '');
