import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { headersWith, type HeaderName } from './response-headers.js';

/** The fields of a response, without its class. */
export type Example<T> = { readonly [Field in keyof T]: T[Field] };

/** Whole responses by what is special about each, as a gateway has given them. */
type Examples<T extends object> = Readonly<Record<string, Example<T>>>;

/** Documents a response with a JSON body of this class. */
export const ApiJsonResponse = <T extends object>(
  status: number,
  description: string,
  shape: Type<T>,
  examples: Examples<T>,
  headers: readonly HeaderName[] = [],
): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(shape),
    ApiResponse({
      status,
      description,
      content: {
        'application/json': {
          schema: { $ref: getSchemaPath(shape) },
          examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
        },
      },
      headers: headersWith(...headers),
    }),
  );

/** Documents a response without a body. */
export const ApiEmptyResponse = (
  status: number,
  description: string,
  headers: readonly HeaderName[] = [],
): MethodDecorator => ApiResponse({ status, description, headers: headersWith(...headers) });

/** Documents 200 with an ETag, or 304. */
export const ApiTaggedResponse = <T extends object>(
  description: string,
  shape: Type<T>,
  examples: Examples<T>,
  headers: readonly HeaderName[] = [],
): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'The ETag of the response you have',
      schema: { type: 'string', examples: ['"4-3q2+7w"'] },
    }),
    ApiJsonResponse(200, description, shape, examples, ['ETag', ...headers]),
    ApiEmptyResponse(304, 'The ETag you sent is current', ['ETag', ...headers]),
  );
