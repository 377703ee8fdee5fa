import { Get, Param } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { HttpSettings } from '../../server/http-settings.js';
import { HttpProblem } from '../../problems/http-problem.js';
import { isProblemCode, PROBLEM_CODES } from '../../problems/problems.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { V1 } from '../v1.decorator.js';
import { presentProblemKind } from './problem-kind.presenter.js';
import { ProblemKindResponse, ProblemListResponse } from './problem-kind.response.js';

const PROBLEM_KIND = presentProblemKind('mass_not_orderable', 'https://gateway.example');

/** What the `type` of a problem document links to. */
@V1('problems', 'Problems')
export class ProblemsController {
  constructor(private readonly settings: HttpSettings) {}

  @Get()
  @NoQuery()
  @ApiEndpoint({ id: 'listProblems', summary: 'List every problem this API responds with', access: 'public' })
  @ApiJsonResponse(200, 'Every kind of problem', ProblemListResponse, { first: { data: [PROBLEM_KIND] } })
  all(): ProblemListResponse {
    return { data: PROBLEM_CODES.map((code) => presentProblemKind(code, this.settings.publicUrl)) };
  }

  @Get(':code')
  @NoQuery()
  @ApiEndpoint({ id: 'getProblem', summary: 'Read what one kind of problem means', access: 'public' })
  @ApiParam({
    name: 'code',
    description: 'The `code` of a problem',
    schema: { type: 'string', examples: ['mass_not_orderable'] },
  })
  @ApiJsonResponse(200, 'The kind of problem', ProblemKindResponse, { mass_not_orderable: PROBLEM_KIND })
  one(@Param('code') code: string): ProblemKindResponse {
    if (!isProblemCode(code)) throw new HttpProblem('not_found', 'There is no such kind of problem.');
    return presentProblemKind(code, this.settings.publicUrl);
  }
}
