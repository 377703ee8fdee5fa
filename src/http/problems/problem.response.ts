import { NearestMassesResponse, RefusalNumbersResponse, UnavailableResponse } from '../values/refusal.response.js';
import {
  PropBoolean,
  PropInteger,
  PropList,
  PropObject,
  PropText,
  PropTextsByName,
  PropTime,
  PropCode,
} from '../openapi/prop.js';
import type { LineRule } from '../../domain/statements/line-rules.js';
import type { ProblemCode } from './problems.js';

export class RetryResponse {
  @PropBoolean('The same request, sent again, may succeed') safe!: boolean;
  @PropInteger('Wait this many seconds before retrying', { optional: true, example: 2 }) after_seconds?: number;
  @PropBoolean('Retry with the same Idempotency-Key; if false, a corrected request needs a new key') same_key!: boolean;
}

export class RefusalResponse {
  @PropCode('RefusalCode', 'Which rule of docs/resolutions.md') code!: string;
  @PropTime('Until when, where that is known', { nullable: true }) until!: string | null;
}

export class LineErrorResponse {
  @PropInteger('Line of the file, from 1; null if it is not of one line', { nullable: true }) line!: number | null;
  @PropText(
    'The column, by the name that the mapping has for it, or by its place such as `#3`; null if it is of none',
    {
      nullable: true,
    },
  )
  column!: string | null;
  @PropCode('LineRule', 'Which rule of docs/statements.md the line breaks') rule!: LineRule;
}

/** RFC 9457. */
export class ProblemResponse {
  @PropText('URL of a description of this kind of problem', { format: 'uri' }) type!: string;
  @PropText('Kind of problem, for people') title!: string;
  @PropInteger('HTTP status') status!: number;
  @PropText('What was wrong this time, for people') detail!: string;
  @PropCode('ProblemCode', 'Kind of problem, for programs') code!: ProblemCode;
  @PropText('Path of the request') instance!: string;
  @PropText('Finds this request in the logs') request_id!: string;

  @PropTextsByName('What is wrong with each field, by field path', {
    optional: true,
    example: { 'mass.value': ['must be greater than zero'] },
  })
  errors?: Record<string, string[]>;

  @PropText('The order this problem is about', { optional: true }) order_id?: string;
  @PropText('The statement that there is already, or that was refused', { optional: true }) statement_id?: string;
  @PropText('The reconciliation that is at work', { optional: true }) run_id?: string;
  @PropList(() => LineErrorResponse, 'With statement_invalid: what is wrong with its file, the first hundred', {
    optional: true,
  })
  lines?: LineErrorResponse[];
  @PropObject(() => NearestMassesResponse, 'With mass_not_orderable and no_supply', { optional: true })
  nearest?: NearestMassesResponse;
  @PropObject(() => RefusalNumbersResponse, 'The numbers of a refusal, for programs', { optional: true })
  numbers?: RefusalNumbersResponse;
  @PropList(() => UnavailableResponse, 'Why each provider cannot serve the order, where none can', { optional: true })
  unavailable?: UnavailableResponse[];
  @PropObject(() => RefusalResponse, 'With resolution_refused: which rule is broken', { optional: true })
  refusal?: RefusalResponse;
  @PropObject(() => RetryResponse, 'Whether and how to retry') retry!: RetryResponse;
}
