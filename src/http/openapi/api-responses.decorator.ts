import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { RESPONSE_HEADERS } from './response-headers.js';

const header = (description: string) => ({ description, schema: { type: 'string' as const } });

const json = (shape: Type<unknown>, example?: object) => ({
  'application/json': { schema: { $ref: getSchemaPath(shape) }, ...(example !== undefined && { example }) },
});

/** Documents a response with a JSON body of this class. */
export const ApiJsonResponse = (
  status: number,
  description: string,
  shape: Type<unknown>,
  headers: Readonly<Record<string, string>> = {},
  example?: object,
): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(shape),
    ApiResponse({
      status,
      description,
      content: json(shape, example),
      headers: {
        ...RESPONSE_HEADERS,
        ...Object.fromEntries(Object.entries(headers).map(([name, about]) => [name, header(about)])),
      },
    }),
  );

/** Documents a response without a body. */
export const ApiEmptyResponse = (status: number, description: string): MethodDecorator =>
  ApiResponse({ status, description, headers: RESPONSE_HEADERS });

/** Documents 200 with an ETag, or 304. */
export const ApiTaggedResponse = (
  description: string,
  shape: Type<unknown>,
  headers: Readonly<Record<string, string>> = {},
): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'The ETag of the response you have',
      schema: { type: 'string' },
    }),
    ApiJsonResponse(200, description, shape, { ETag: 'Changes whenever the response does', ...headers }),
    ApiResponse({
      status: 304,
      description: 'The ETag you sent is current',
      headers: { ...RESPONSE_HEADERS, ETag: header('The ETag you sent') },
    }),
  );
