import { REFUSALS } from '../../domain/resolutions/decisions.js';
import { MassResponse } from '../values/mass.response.js';
import {
  PropBoolean,
  PropEnum,
  PropInteger,
  PropObject,
  PropText,
  PropTextsByName,
  PropTime,
} from '../openapi/prop.js';
import { PROBLEM_CODES, type ProblemCode } from './problems.js';

export class RetryResponse {
  @PropBoolean('The same request, sent again, may succeed') safe!: boolean;
  @PropInteger('Wait this many seconds before retrying', { optional: true, example: 2 }) after_seconds?: number;
  @PropBoolean('Retry with the same Idempotency-Key; if false, a corrected request needs a new key') same_key!: boolean;
}

export class NearestMassesResponse {
  @PropObject(() => MassResponse, 'The largest orderable mass below', { nullable: true }) below!: MassResponse | null;
  @PropObject(() => MassResponse, 'The smallest orderable mass above', { nullable: true }) above!: MassResponse | null;
}

export class RefusalResponse {
  @PropEnum(
    [...Object.keys(REFUSALS), 'proposal_open'],
    'Which rule of docs/resolutions.md; `proposal_open`: another proposal for the order is open',
  )
  code!: string;
  @PropTime('Until when, where that is known', { nullable: true }) until!: string | null;
}

/** RFC 9457. */
export class ProblemResponse {
  @PropText('URL of a description of this kind of problem', { format: 'uri' }) type!: string;
  @PropText('Kind of problem, for people') title!: string;
  @PropInteger('HTTP status') status!: number;
  @PropText('What was wrong this time, for people') detail!: string;
  @PropEnum(PROBLEM_CODES, 'Kind of problem, for programs') code!: ProblemCode;
  @PropText('Path of the request') instance!: string;
  @PropText('Finds this request in the logs') request_id!: string;

  @PropTextsByName('What is wrong with each field, by field path', {
    optional: true,
    example: { 'mass.value': ['must be greater than zero'] },
  })
  errors?: Record<string, string[]>;

  @PropText('The order this problem is about', { optional: true }) order_id?: string;
  @PropObject(() => NearestMassesResponse, 'With mass_not_orderable', { optional: true })
  nearest?: NearestMassesResponse;
  @PropObject(() => RefusalResponse, 'With resolution_refused: which rule is broken', { optional: true })
  refusal?: RefusalResponse;
  @PropObject(() => RetryResponse, 'Whether and how to retry') retry!: RetryResponse;
}
