import { RetryResponse } from '../../problems/problem.response.js';
import { PROBLEM_CODES, type ProblemCode } from '../../problems/problems.js';
import { PropEnum, PropInteger, PropList, PropObject, PropText } from '../../validation/prop.js';

export class ProblemKindResponse {
  @PropText('Address of this entry', { format: 'uri' }) type!: string;
  @PropEnum(PROBLEM_CODES, 'What kind of problem this is, for programs') code!: ProblemCode;
  @PropInteger('The status it comes with') status!: number;
  @PropText('What kind of problem this is, for people') title!: string;
  @PropText('When it is answered') meaning!: string;
  @PropText('What to do about it') remedy!: string;
  @PropObject(() => RetryResponse, 'Whether and how to repeat') retry!: RetryResponse;
}

export class ProblemListResponse {
  @PropList(() => ProblemKindResponse, 'Every problem this API answers with') data!: ProblemKindResponse[];
}
