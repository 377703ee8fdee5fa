import type { Example } from '../../openapi/api-responses.decorator.js';
import type { ChecklistResponse, ClosingResponse } from './closing.response.js';

const PERSON = 'opr_01jd4v2m0gf5c8q7k3x9w1z2r4';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const check = (name: string, ok: boolean, detail: string, fix: string) => ({ check: name, ok, detail, fix });

const AGREES = [
  check('month_is_over', true, 'It ended at 2026-12-01T00:00:00.000Z.', 'Wait for its end.'),
  check('months_before_are_closed', true, 'None is open.', 'Close them first, the earliest one before the others.'),
];
const POSTED =
  'Wait some seconds for a worker, or run `cli finance post`. If that does not help, see the log of the workers.';

export const CLOSED: Example<ClosingResponse> = {
  period: '2026-11',
  version: 1,
  act: 'closed',
  person: PERSON,
  note: 'Statements of all providers are in',
  at: '2026-12-03T09:30:00.000Z',
  journal_hash: '2f1d6a6f0e2b4d0f1f3e1f3d5c7a9b8e6d4c2b1a0f9e8d7c6b5a493827160504',
  previous_hash: null,
  checklist: [...AGREES, check('everything_is_posted', true, 'No event waits.', POSTED)],
  exports: [{ kind: 'journal', rows: 3, sha256: EMPTY, missing: { erp_debit: '3' } }],
};

export const REOPENED: Example<ClosingResponse> = {
  ...CLOSED,
  act: 'reopened',
  note: 'An invoice was wrong',
  at: '2026-12-04T14:00:00.000Z',
  journal_hash: null,
  checklist: [],
  exports: [],
};

export const CHECKLIST: Example<ChecklistResponse> = {
  period: '2026-11',
  status: 'open',
  version: 0,
  closable: false,
  checks: [...AGREES, check('everything_is_posted', false, '3 events wait to be posted.', POSTED)],
  closings: [],
};

export const CLOSE_EXAMPLES = {
  complete: { summary: 'Everything is in', value: { note: 'Statements of all providers are in' } },
  waived: {
    summary: 'One provider has sent no statement, and will not',
    value: { note: 'One Tribe bills August and September together', waived: ['one_tribe'] },
  },
};

export const REOPEN_EXAMPLES = {
  wrong: { summary: 'Something was wrong', value: { note: 'An invoice was wrong' } },
};
