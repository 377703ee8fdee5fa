import { MassResponse } from '../v1/mass/mass.response.js';
import { ShownFlag, ShownInteger, ShownList, ShownObject, ShownText, ShownWord } from '../validation/shown.js';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { PROBLEM_CODES, type ProblemCode } from './problems.js';

export class RetryResponse {
  @ShownFlag('The same request may be sent again as it is, and may succeed') safe!: boolean;
  @ShownInteger('Wait this long before', { optional: true, example: 2 }) after_seconds?: number;
  @ShownFlag('With the same Idempotency-Key; false: a corrected request needs a new one') same_key!: boolean;
}

export class NearestMassesResponse {
  @ShownObject(() => MassResponse, 'The largest orderable mass below', { nullable: true }) below!: MassResponse | null;
  @ShownObject(() => MassResponse, 'The smallest orderable mass above', { nullable: true }) above!: MassResponse | null;
}

/** RFC 9457. */
export class ProblemResponse {
  @ShownText('Resolves to a description of this kind of problem', { format: 'uri' }) type!: string;
  @ShownText('What kind of problem this is, for people') title!: string;
  @ShownInteger('The status of the answer') status!: number;
  @ShownText('What was wrong this time, for people') detail!: string;
  @ShownWord(PROBLEM_CODES, 'What kind of problem this is, for programs') code!: ProblemCode;
  @ShownText('The path that was asked for') instance!: string;
  @ShownText('Finds this request in the logs') request_id!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    description: 'Field path to what is wrong with the field',
    example: { 'mass.value': ['must be greater than zero'] },
  })
  errors?: Record<string, string[]>;

  @ShownText('The order that this problem is about', { optional: true }) order_id?: string;
  @ShownObject(() => NearestMassesResponse, 'With mass_not_orderable', { optional: true })
  nearest?: NearestMassesResponse;
  @ShownObject(() => RetryResponse, 'Whether and how to repeat') retry!: RetryResponse;
}

export class ProblemKindResponse {
  @ShownText('Address of this entry', { format: 'uri' }) type!: string;
  @ShownWord(PROBLEM_CODES, 'What kind of problem this is, for programs') code!: ProblemCode;
  @ShownInteger('The status it comes with') status!: number;
  @ShownText('What kind of problem this is, for people') title!: string;
  @ShownText('When it is answered') meaning!: string;
  @ShownText('What to do about it') remedy!: string;
  @ShownObject(() => RetryResponse, 'Whether and how to repeat') retry!: RetryResponse;
}

export class ProblemListResponse {
  @ShownList(() => ProblemKindResponse, 'Every problem this API answers with') data!: ProblemKindResponse[];
}
