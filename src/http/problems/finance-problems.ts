import { CORRECT, NEW_KEY, type ProblemKind } from './problem-kind.js';

/** About what finance does: statements, runs, breaks. */
export const FINANCE_PROBLEMS = {
  statement_not_found: {
    status: 404,
    title: 'No such statement',
    meaning: 'There is no statement with this id.',
    remedy: 'List statements with GET /v1/finance/statements.',
    retry: CORRECT,
  },
  statement_file_gone: {
    status: 404,
    title: 'The file was refused',
    meaning: 'The statement was refused when it was uploaded, and nothing of its file is kept.',
    remedy: 'Look at the file that you sent. What is wrong with it, GET /v1/finance/statements/{id} tells.',
    retry: CORRECT,
  },
  mapping_unknown: {
    status: 422,
    title: 'No such format of statements',
    meaning: 'The provider has no mapping of this name, or there is no such provider.',
    remedy: 'Use one that `errors` names. What a PDF says can be typed as `canonical-1`: docs/statements.md.',
    retry: CORRECT,
  },
  statement_invalid: {
    status: 422,
    title: 'The file of the statement is wrong',
    meaning: 'Lines of the file are not as its mapping declares. Nothing of it was taken on.',
    remedy:
      'Correct what `lines` lists by line, column and rule (docs/statements.md has the rules), and upload the file with a new key.',
    retry: NEW_KEY,
  },
  statement_totals_disagree: {
    status: 422,
    title: 'The lines do not come to what was declared',
    meaning: 'The number of lines, their net or their tax differs from what was declared. Nothing was taken on.',
    remedy:
      'Compare the file with the document: a line is missing or too many, or a total was mistyped. Use a new key.',
    retry: NEW_KEY,
  },
  statement_too_large: {
    status: 413,
    title: 'The file of the statement is too large',
    meaning: 'It has more than 256 MiB or 2,000,000 lines.',
    remedy: 'Ask the provider for two documents.',
    retry: CORRECT,
  },
  statement_already_uploaded: {
    status: 409,
    title: 'The file was uploaded before',
    meaning: 'The very file is a statement already: `statement_id`.',
    remedy: 'Go on with that statement. To take its lines anew, reverse it first.',
    retry: CORRECT,
  },
  statement_number_taken: {
    status: 409,
    title: 'There is a statement of this number',
    meaning: 'Another file of this provider with this number is a statement already: `statement_id`.',
    remedy: 'Correct the number; or reverse that statement, if this file takes its place.',
    retry: CORRECT,
  },
  statement_not_acceptable: {
    status: 409,
    title: 'The statement is not in a state for this',
    meaning: 'A statement is accepted once it was checked, and reversed once it was checked or accepted.',
    remedy: 'Read the statement: GET /v1/finance/statements/{id}.',
    retry: CORRECT,
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
