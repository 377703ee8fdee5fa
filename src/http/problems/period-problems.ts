import { CORRECT, LATER, type ProblemKind } from './problem-kind.js';

/** About the months of the books. */
export const PERIOD_PROBLEMS = {
  period_not_found: {
    status: 404,
    title: 'There is no such period',
    meaning:
      'The books have no month with this id: it lies before the first order, or has not begun. Or it has no such version.',
    remedy: 'Choose one from GET /v1/finance/periods.',
    retry: CORRECT,
  },
  period_closed: {
    status: 409,
    title: 'The month is closed',
    meaning: 'Somebody has closed it before. Nothing was changed.',
    remedy:
      'None is needed. What has to be set right is posted to the first open month, or the month is reopened: POST /v1/finance/periods/{id}/reopen.',
    retry: CORRECT,
  },
  period_not_closable: {
    status: 409,
    title: 'The month cannot be closed yet',
    meaning:
      'Checks of its checklist have failed; `errors` has each with what was found and what to do. Nothing was changed.',
    remedy:
      'Do what `errors` says, and see GET /v1/finance/periods/{id}/close-checklist. Then close it with the same key.',
    retry: LATER,
  },
  period_not_latest: {
    status: 409,
    title: 'A later month is closed',
    meaning: 'Months are reopened from the last one that is closed; `detail` names those that are closed after it.',
    remedy: 'Reopen the later ones first. Or leave it closed: what is late is posted to the first open month.',
    retry: CORRECT,
  },
  period_not_reopenable: {
    status: 409,
    title: 'The month cannot be reopened',
    meaning: 'It is open, or it ended more than twelve months ago; `detail` says which.',
    remedy: 'Post to the first open month what has to be set right.',
    retry: CORRECT,
  },
  rate_not_possible: {
    status: 422,
    title: 'There is no such rate',
    meaning: 'A currency has no exchange rate in itself. Nothing was entered.',
    remedy: 'Correct what `errors` lists.',
    retry: CORRECT,
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
