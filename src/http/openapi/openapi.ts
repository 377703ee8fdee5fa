import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { API_KEY_SCHEME } from '../access/endpoint.decorator.js';
import { EVENT_SCHEMA } from '../v1/events/event.response.js';
import { completeRequestSchemas } from './request-schemas.js';
import { shortenResponseNames } from './response-names.js';

const DESCRIPTION = `One purchase API for carbon credits over several providers.

Every accepted order ends in a state that is true, no order is bought twice, and anyone can see why. A request that
buys or cancels carries an \`Idempotency-Key\`; repeat it with the same key and payload until you have a response.
Refusals are \`application/problem+json\`; \`GET /v1/problems\` lists them all.`;

/** The OpenAPI document of the public API, from an application that is served, or only previewed. */
export const buildOpenApi = (app: NestFastifyApplication, publicUrl: string): OpenAPIObject => {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Offset gateway')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addServer(publicUrl)
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        // Swagger would write JWT.
        bearerFormat: 'ofg_…',
        description: 'An API key: `ofg_…`. The scope an operation asks for is its `x-required-scope`',
      },
      API_KEY_SCHEME,
    )
    .build();
  const named = { ...config.components, schemas: EVENT_SCHEMA };
  const document = SwaggerModule.createDocument(app, { ...config, components: named });
  completeRequestSchemas(document);
  completeParameters(document);
  return shortenResponseNames(document);
};

interface Parameter {
  readonly schema?: { readonly type?: string };
  readonly examples?: unknown;
}

/** Query parameters that are objects are written `label[department]=sales`. A field's examples are a schema's, not a parameter's. */
const completeParameters = ({ paths }: OpenAPIObject): void => {
  const operations = Object.values(paths).flatMap((path) => Object.values(path) as { parameters?: Parameter[] }[]);
  for (const operation of operations)
    operation.parameters = (operation.parameters ?? []).map(({ examples, ...parameter }) => ({
      ...parameter,
      ...(Array.isArray(examples) ? { example: examples[0] as unknown } : examples !== undefined && { examples }),
      ...(parameter.schema?.type === 'object' && { style: 'deepObject', explode: true }),
    }));
};
