import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { SESSION_COOKIE } from '../access/session-cookie.js';
import { API_KEY_SCHEME, SESSION_SCHEME } from '../access/endpoint.decorator.js';
import { EVENT_SCHEMAS } from '../v1/events/event.response.js';
import { problemExamples } from '../problems/problem.examples.js';
import { codeSchemas } from './code-schemas.js';
import { exemplifyFields } from './field-examples.js';
import { completeRequestSchemas } from './request-schemas.js';
import { HEADERS } from './response-headers.js';
import { TAGS } from './tags.js';
import { shortenResponseNames } from './response-names.js';
import { WEBHOOKS } from './webhooks.js';

const DESCRIPTION = `One purchase API for carbon credits over several providers.

Every accepted order ends in a state that is true, no order is bought twice, and anyone can see why. A request that
buys or cancels carries an \`Idempotency-Key\`; repeat it with the same key and payload until you have a response.
Refusals are \`application/problem+json\`; \`GET /v1/problems\` lists them all.`;

/** The OpenAPI document of the public API, from an application that is served, or only previewed. */
export const buildOpenApi = (app: NestFastifyApplication, publicUrl: string): OpenAPIObject => {
  const builder = new DocumentBuilder()
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
        description:
          'An API key: `ofg_…`. The scope an operation asks for is in its description, and is its `x-required-scope`',
      },
      API_KEY_SCHEME,
    )
    .addCookieAuth(
      SESSION_COOKIE,
      { type: 'apiKey', in: 'cookie', description: 'The session of an operator: only from the pages of this gateway' },
      SESSION_SCHEME,
    );
  for (const [tag, about] of Object.entries(TAGS)) builder.addTag(tag, about);
  const config = builder.build();
  const named = {
    ...config.components,
    schemas: { ...codeSchemas(), ...EVENT_SCHEMAS },
    headers: HEADERS,
    examples: problemExamples(),
  };
  const document = { ...SwaggerModule.createDocument(app, { ...config, components: named }), webhooks: WEBHOOKS };
  completeRequestSchemas(document);
  completeParameters(document);
  const shortened = shortenResponseNames(document);
  exemplifyFields(shortened);
  return shortened;
};

interface Parameter {
  readonly schema?: { readonly type?: string; readonly examples?: readonly unknown[] };
  /** Of a field, whose examples are those of a schema. */
  readonly examples?: readonly unknown[];
}

/** A parameter has one example, and not in its schema. Query parameters that are objects are written `label[department]=sales`. */
const completeParameters = ({ paths }: OpenAPIObject): void => {
  const operations = Object.values(paths).flatMap((path) => Object.values(path) as { parameters?: Parameter[] }[]);
  for (const operation of operations)
    operation.parameters = (operation.parameters ?? []).map(({ examples: ofField, schema = {}, ...parameter }) => {
      const { examples: ofSchema, ...bare } = schema;
      const [example] = ofField ?? ofSchema ?? [];
      return {
        ...parameter,
        schema: bare,
        ...(example !== undefined && { example }),
        ...(schema.type === 'object' && { style: 'deepObject', explode: true }),
      };
    });
};
