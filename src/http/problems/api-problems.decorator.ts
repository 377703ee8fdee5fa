import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { headersWith, type HeaderName } from '../openapi/response-headers.js';
import { ProblemResponse } from './problem.response.js';
import { problemExamplesOf } from './problem.examples.js';
import { PROBLEMS, type ProblemCode } from './problems.js';

/** Documents the problems that an endpoint responds with, one response per status. */
export const ApiProblems = (...codes: readonly ProblemCode[]): MethodDecorator => {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(
    ApiExtraModels(ProblemResponse),
    ...[...byStatus].map(([status, known]) =>
      ApiResponse({
        status,
        description: known.map((code) => `- \`${code}\`: ${PROBLEMS[code].title}`).join('\n'),
        headers: headersWith(...headersOf(status)),
        content: {
          'application/problem+json': {
            schema: {
              allOf: [
                { $ref: getSchemaPath(ProblemResponse) },
                { required: ['code'], properties: { code: { type: 'string', enum: known } } },
              ],
            },
            examples: problemExamplesOf(known),
          },
        },
      }),
    ),
  );
};

const headersOf = (status: number): readonly HeaderName[] => {
  if (status === 401 || status === 403) return ['WWW-Authenticate'];
  if (status === 405) return ['Allow'];
  return status === 409 || status === 429 || status === 503 ? ['Retry-After'] : [];
};
