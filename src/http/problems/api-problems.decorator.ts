import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { RESPONSE_HEADERS } from '../openapi/response-headers.js';
import { ProblemResponse } from './problem.response.js';
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
        description: known.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. '),
        headers: { ...RESPONSE_HEADERS, ...headersOf(status) },
        content: {
          'application/problem+json': {
            schema: {
              allOf: [
                { $ref: getSchemaPath(ProblemResponse) },
                { required: ['code'], properties: { code: { type: 'string', enum: known } } },
              ],
            },
          },
        },
      }),
    ),
  );
};

const headersOf = (status: number): Record<string, { description: string; schema: { type: 'string' } }> => {
  if (status === 401 || status === 403) return { 'WWW-Authenticate': header('How to authenticate (RFC 6750)') };
  if (status === 429 || status === 503) return { 'Retry-After': header('Seconds to wait') };
  return {};
};

const header = (description: string) => ({ description, schema: { type: 'string' as const } });
