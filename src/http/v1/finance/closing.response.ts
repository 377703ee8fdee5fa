import { EXPORT_NAMES } from '../../../application/exports/read-export.js';
import { CLOSING_ACTS } from '../../../domain/periods/closing.js';
import { PERIOD_STATUSES } from '../../../domain/periods/period.js';
import { PropBoolean, PropEnum, PropInteger, PropList, PropMap, PropText, PropTime } from '../../openapi/prop.js';

export class CheckResponse {
  @PropText('Which check: docs/closing.md', { example: 'everything_is_posted' }) check!: string;
  @PropBoolean('Whether it is so') ok!: boolean;
  @PropText('What was found, with the numbers', { example: 'No event waits.' }) detail!: string;
  @PropText('What to do if it is not so') fix!: string;
}

export class SealedExportResponse {
  @PropEnum(EXPORT_NAMES, 'Which export') kind!: string;
  @PropInteger('Lines, without the first one', { example: 10 }) rows!: number;
  @PropText('SHA-256 of the file, in hexadecimal digits') sha256!: string;
  @PropMap('How many lines lack each column that they should have') missing!: Record<string, string>;
}

export class ClosingResponse {
  @PropText('The month', { example: '2026-11' }) period!: string;
  @PropInteger('Of the closing; a reopening has that of the closing it undoes', { example: 1 }) version!: number;
  @PropEnum(CLOSING_ACTS, 'What was done') act!: string;
  @PropText('By whom: the id of an operator, or the name that was given at the command line', {
    example: 'opr_01jd4v2m0gf5c8q7k3x9w1z2r4',
  })
  person!: string;
  @PropText('Why') note!: string;
  @PropTime('When') at!: string;
  @PropText('SHA-256 over `previous_hash` and that of the journal; null of a reopening', { nullable: true })
  journal_hash!: string | null;
  @PropText('The `journal_hash` of the closing before, of whichever month; null of the first one', {
    nullable: true,
    example: null,
  })
  previous_hash!: string | null;
  @PropList(() => CheckResponse, 'What was checked; empty of a reopening') checklist!: CheckResponse[];
  @PropList(() => SealedExportResponse, 'Its exports, which stay; empty of a reopening')
  exports!: SealedExportResponse[];
}

export class ChecklistResponse {
  @PropText('The month', { example: '2026-11' }) period!: string;
  @PropEnum(PERIOD_STATUSES, 'Whether transfers are still posted to it') status!: string;
  @PropInteger('How often it was closed', { example: 0 }) version!: number;
  @PropBoolean('Whether it can be closed: it is open, and all checks are so') closable!: boolean;
  @PropList(() => CheckResponse, 'What has to be so') checks!: CheckResponse[];
  @PropList(() => ClosingResponse, 'Who has closed and reopened it, the first act first') closings!: ClosingResponse[];
}
