import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { HttpSettings } from './http-settings.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Exclude<Schemas[string], { readonly $ref: string }>;

const DESCRIPTION = `One purchase API for carbon credits over several providers.

Every accepted order ends in a state that is true, no order is bought twice, and anyone can see why. A request that
buys or cancels carries an \`Idempotency-Key\`; repeat it with the same key and payload until it is answered.
Refusals are \`application/problem+json\`; \`GET /v1/problems\` lists them all.`;

/** The OpenAPI document of the whole public API. */
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
        description: 'An API key: `ofg_…`. The scope an operation asks for is its `x-required-scope`',
      },
      'key',
    )
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  return closed(document);
};

/** Serves the document at /openapi.json and a page to read and try it at /docs, with nothing from elsewhere. */
export const serveDocs = (app: NestFastifyApplication): void => {
  SwaggerModule.setup('docs', app, () => buildOpenApi(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Offset gateway API',
    swaggerOptions: { persistAuthorization: true, docExpansion: 'list', validatorUrl: 'none' },
  });
};

/** What decorators cannot say: that requests take no other fields, and an order a mass or an offer. */
const closed = (document: OpenAPIObject): OpenAPIObject => {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const [name, schema] of Object.entries(schemas)) {
    if (name.endsWith('Request')) schema.additionalProperties = false;
    // Where alternatives are spelled out, Swagger adds the class that stands for all of them.
    for (const property of Object.values(schema.properties ?? {}) as Schema[])
      if ('oneOf' in property) delete property.allOf;
  }
  delete schemas['PaymentRequest'];
  Object.assign(schemas['PlaceOrderRequest'] ?? {}, MASS_OR_OFFER);
  for (const path of Object.values(document.paths))
    for (const parameter of path.get?.parameters ?? [])
      if ('schema' in parameter && (parameter.schema as Schema).type === 'object')
        Object.assign(parameter, { style: 'deepObject', explode: true });
  return document;
};

const MASS_OR_OFFER = {
  oneOf: [
    { title: 'A mass', required: ['mass'], not: { required: ['offer_id'] } },
    {
      title: 'An offer',
      required: ['offer_id'],
      not: { anyOf: ['mass', 'provider', 'offering_id', 'rounding'].map((name) => ({ required: [name] })) },
    },
  ],
};
