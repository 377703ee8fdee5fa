/** Every reason why a file is refused, by what is wrong in it. Reported with line and column, and never with the value. */
export const LINE_RULES = {
  not_decodable: 'The bytes are not text in the encoding that the mapping declares.',
  quotes_wrong: 'A quotation mark opens or closes where it must not, or is never closed.',
  line_too_long: 'The line has more than 65,536 characters.',
  header_missing: 'The first line lacks this column.',
  header_repeated: 'The first line names this column twice.',
  wrong_column_count: 'The line has more or fewer cells than the first line.',
  control_character: 'The cell holds a NUL, a carriage return without a line feed, or another control character.',
  cell_missing: 'The cell is empty, and must not be.',
  text_too_long: 'The text is too long: at most 200 characters for an id, 2,000 for a description.',
  kind_unknown: 'The mapping has no such kind of line.',
  kind_not_in_document: 'Lines of this kind do not stand in a document of this kind.',
  amount_malformed: 'The amount is not written as the mapping declares.',
  amount_too_fine: 'The amount has more decimals than the mapping allows.',
  sign_wrong:
    'The amount has a minus where the mapping has none, or the other way round; or tax and amount differ in sign.',
  quantity_malformed: 'The quantity is not written as the mapping declares, or is no whole number of grams.',
  unit_unknown: 'The unit is none of g, kg and t.',
  currency_differs: 'The currency is not that of the document.',
  date_malformed: 'There is no such day in this century, or it is not written as the mapping declares.',
  date_outside: 'The day is more than three days outside of what the document covers.',
  line_id_repeated: "The provider's id of a line stands in the file twice.",
  line_known: 'The line stands in another statement that was taken on already.',
  no_lines: 'There is no line below the first.',
} as const;
export type LineRule = keyof typeof LINE_RULES;

/** Where a file breaks which rule. */
export interface LineError {
  /** From 1; null if it is not of one line. */
  readonly line: number | null;
  /** By the name that the mapping has for it, or by its place such as #3; null if it is not of one column. */
  readonly column: string | null;
  readonly rule: LineRule;
}

/** More than a person corrects before trying again. */
export const MAX_LINE_ERRORS = 100;
