import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { HttpSettings } from '../server/http-settings.js';
import { completeRequestSchemas } from './request-schemas.js';

const DESCRIPTION = `One purchase API for carbon credits over several providers.

Every accepted order ends in a state that is true, no order is bought twice, and anyone can see why. A request that
buys or cancels carries an \`Idempotency-Key\`; repeat it with the same key and payload until you have a response.
Refusals are \`application/problem+json\`; \`GET /v1/problems\` lists them all.`;

/** The OpenAPI document of the public API. */
export const buildOpenApi = (app: NestFastifyApplication): OpenAPIObject => {
  const config = new DocumentBuilder()
    .setTitle('Offset gateway')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addServer(app.get(HttpSettings).publicUrl)
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        // Swagger would write JWT.
        bearerFormat: 'ofg_…',
        description: 'An API key: `ofg_…`. The scope an operation asks for is its `x-required-scope`',
      },
      'key',
    )
    .build();
  const document = SwaggerModule.createDocument(app, config);
  completeRequestSchemas(document);
  spellOutGroups(document);
  return document;
};

/** Query parameters that are objects are written `label[department]=sales`. */
const spellOutGroups = (document: OpenAPIObject): void => {
  const parameters = Object.values(document.paths).flatMap((path) => path.get?.parameters ?? []);
  for (const parameter of parameters) {
    const isGroup =
      'schema' in parameter && parameter.schema && 'type' in parameter.schema && parameter.schema.type === 'object';
    if (isGroup) Object.assign(parameter, { style: 'deepObject', explode: true });
  }
};
