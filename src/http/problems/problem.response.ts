import { MassResponse } from '../values/mass.response.js';
import { PropBoolean, PropInteger, PropObject, PropText, PropEnum } from '../validation/prop.js';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { PROBLEM_CODES, type ProblemCode } from './problems.js';

export class RetryResponse {
  @PropBoolean('The same request may be sent again as it is, and may succeed') safe!: boolean;
  @PropInteger('Wait this long before', { optional: true, example: 2 }) after_seconds?: number;
  @PropBoolean('With the same Idempotency-Key; false: a corrected request needs a new one') same_key!: boolean;
}

export class NearestMassesResponse {
  @PropObject(() => MassResponse, 'The largest orderable mass below', { nullable: true }) below!: MassResponse | null;
  @PropObject(() => MassResponse, 'The smallest orderable mass above', { nullable: true }) above!: MassResponse | null;
}

/** RFC 9457. */
export class ProblemResponse {
  @PropText('Resolves to a description of this kind of problem', { format: 'uri' }) type!: string;
  @PropText('What kind of problem this is, for people') title!: string;
  @PropInteger('The status of the answer') status!: number;
  @PropText('What was wrong this time, for people') detail!: string;
  @PropEnum(PROBLEM_CODES, 'What kind of problem this is, for programs') code!: ProblemCode;
  @PropText('The path that was asked for') instance!: string;
  @PropText('Finds this request in the logs') request_id!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    description: 'Field path to what is wrong with the field',
    example: { 'mass.value': ['must be greater than zero'] },
  })
  errors?: Record<string, string[]>;

  @PropText('The order that this problem is about', { optional: true }) order_id?: string;
  @PropObject(() => NearestMassesResponse, 'With mass_not_orderable', { optional: true })
  nearest?: NearestMassesResponse;
  @PropObject(() => RetryResponse, 'Whether and how to repeat') retry!: RetryResponse;
}
