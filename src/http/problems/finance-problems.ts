import { CORRECT, LATER, NEW_KEY, type ProblemKind } from './problem-kind.js';

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
  reconciliation_not_found: {
    status: 404,
    title: 'No such reconciliation',
    meaning: 'There is no run with this id.',
    remedy: 'List runs with GET /v1/finance/reconciliations.',
    retry: CORRECT,
  },
  reconciliation_running: {
    status: 409,
    title: 'A reconciliation of this provider is at work',
    meaning: 'One run at a time compares the list of a provider: `run_id`.',
    remedy: 'Follow that run: GET /v1/finance/reconciliations/{id}. Start another one when it has ended.',
    retry: LATER,
  },
  cut_off_not_possible: {
    status: 422,
    title: 'The cut-off is not possible',
    meaning:
      'It is before its period began, or so late that the provider may not show everything yet: its settle time and five minutes have to be over.',
    remedy: 'Send a cut-off within what `detail` says, or none for the latest that is possible.',
    retry: CORRECT,
  },
  break_not_found: {
    status: 404,
    title: 'No such break',
    meaning: 'There is no break with this id.',
    remedy: 'List breaks with GET /v1/finance/breaks.',
    retry: CORRECT,
  },
  break_not_open: {
    status: 409,
    title: 'The break is not open',
    meaning: 'It was resolved or cleared already, or somebody else has done something about it just now.',
    remedy: 'Look at it again: GET /v1/finance/breaks/{id}.',
    retry: CORRECT,
  },
  break_not_proposed: {
    status: 409,
    title: 'Nothing is proposed for the break',
    meaning: 'Nobody has proposed what needs a second person, or new facts have overtaken it.',
    remedy: 'Resolve it, where you may: POST /v1/finance/breaks/{id}/resolve.',
    retry: CORRECT,
  },
  resolution_not_allowed: {
    status: 422,
    title: 'The break cannot be resolved so',
    meaning:
      'Its type does not take this resolution, an order is named or missing, or there is nothing in the books that it would settle. Nothing was done.',
    remedy: '`choices` of GET /v1/finance/breaks/{id} are what can be decided; docs/breaks.md says what each means.',
    retry: CORRECT,
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
