import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { DASHBOARD_PATH } from '../dashboard/sign-in-paths.js';
import { HttpSettings } from '../server/http-settings.js';
import { buildOpenApi } from './openapi.js';

/**
 * Serves the OpenAPI document at /openapi.json, and what there is at /. Outside production there is a page at /docs to
 * try the API. In production there is none: people would type real keys into it.
 */
export const serveDocs = (app: NestFastifyApplication): void => {
  const { publicUrl, production } = app.get(HttpSettings);
  const fastify = app.getHttpAdapter().getInstance();

  // Made once. A document written for every request would let few callers take all of the processor and the memory.
  let document: OpenAPIObject | undefined;
  const built = (): OpenAPIObject => (document ??= buildOpenApi(app, publicUrl));
  let bytes: Buffer | undefined;
  fastify.get('/openapi.json', async (_, reply) =>
    reply.type(JSON_TYPE).send((bytes ??= Buffer.from(JSON.stringify(built())))),
  );

  const entrance = JSON.stringify({
    name: 'Offset gateway',
    openapi: `${publicUrl}/openapi.json`,
    ...(!production && { docs: `${publicUrl}/docs` }),
    problems: `${publicUrl}/v1/problems`,
    dashboard: `${publicUrl}${DASHBOARD_PATH}`,
  });
  fastify.get('/', async (_, reply) => reply.type(JSON_TYPE).send(entrance));

  if (!production) servePage(app, built, publicUrl);
};

const JSON_TYPE = 'application/json; charset=utf-8';

/** The page loads nothing from other hosts, and forgets the key when it is left. */
const servePage = (app: NestFastifyApplication, document: () => OpenAPIObject, publicUrl: string): void => {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self' ${new URL(publicUrl).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async ({ url }, reply) => {
      if (/^\/docs(?:[/?]|$)/.test(url)) void reply.header('content-security-policy', policy);
    });
  SwaggerModule.setup('docs', app, document, {
    raw: false,
    customSiteTitle: 'Offset gateway API',
    swaggerOptions: {
      persistAuthorization: false,
      docExpansion: 'list',
      // An operation has an address of its own, and is called as a client's method is.
      deepLinking: true,
      displayOperationId: true,
      // Schemas are within their operations; the list of all of them is folded.
      defaultModelsExpandDepth: 0,
      validatorUrl: 'none',
    },
  });
};
