import type { ProblemKind } from './problem-kind.js';
import { PROBLEM_CODES, PROBLEMS } from './problems.js';

/** docs/errors.md, without the notice that it is generated. */
export const problemsMarkdown = (): string =>
  [
    '# Errors',
    '',
    'Every refusal is an `application/problem+json` document (RFC 9457). `code` is stable and meant for programs; `title`',
    'and `detail` are for people. `GET /v1/problems` serves this table.',
    '',
    '- **Retry**: the same request, sent again, may succeed (`retry.safe`), after `Retry-After` seconds if the response has',
    '  that header.',
    '- **Same key**: use the same `Idempotency-Key` again (`retry.same_key`). If not, the key is bound to this outcome, and',
    '  a corrected request needs a new one. A retry with the same key never buys a second time.',
    '',
    '| status | code | retry | same key | meaning | remedy |',
    '|---|---|---|---|---|---|',
    ...PROBLEM_CODES.map((code) => row(code, PROBLEMS[code])),
    '',
  ].join('\n');

const row = (code: string, { status, meaning, remedy, retry }: ProblemKind): string =>
  `| ${status} | \`${code}\` | ${yesNo(retry.safe)} | ${yesNo(retry.sameKey)} | ${meaning} | ${remedy} |`;

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');
