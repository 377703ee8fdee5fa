import { RetryResponse } from '../../problems/problem.response.js';
import type { ProblemCode } from '../../problems/problems.js';
import { PropCode, PropInteger, PropList, PropObject, PropText } from '../../openapi/prop.js';

export class ProblemKindResponse {
  @PropText('URL of this entry', { format: 'uri' }) type!: string;
  @PropCode('ProblemCode', 'Kind of problem, for programs') code!: ProblemCode;
  @PropInteger('HTTP status') status!: number;
  @PropText('Kind of problem, for people') title!: string;
  @PropText('When it happens') meaning!: string;
  @PropText('What the caller can do about it') remedy!: string;
  @PropObject(() => RetryResponse, 'Whether and how to retry') retry!: RetryResponse;
}

export class ProblemListResponse {
  @PropList(() => ProblemKindResponse, 'Every problem this API responds with') data!: ProblemKindResponse[];
}
