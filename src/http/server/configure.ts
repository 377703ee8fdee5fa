import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify';
import { AllowedMethods } from './allowed-methods.js';
import { addBodyParsers } from './body-parsers.js';
import { CONNECTION_TIMES, limitConnections, respondToBrokenHttp } from './connections.js';
import { HttpSettings } from './http-settings.js';
import { HttpProblem } from '../problems/http-problem.js';
import { sendProblem } from '../problems/problem.filter.js';
import { queryFrom } from './query-string.js';
import { requestIdFrom } from './request-id.js';
import { limitPages } from '../throttling/limit-pages.js';
import { RequestCounts } from '../throttling/request-counts.js';

const BODY_LIMIT_BYTES = 64 * 1024;

/** An idempotency key in a path: 255 characters, each of them percent-encoded. */
const MAX_PARAMETER_LENGTH = 3 * 255;

/** For responses that are data. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

class GatewayAdapter extends FastifyAdapter {
  /** Set by `configureHttp`, once the application exists. */
  publicUrl = '';
  private parsesBodies = false;

  /** Replaces Nest's own parsers, which also accept forms and quote the body in their errors. */
  override registerParserMiddleware(): void {
    if (this.parsesBodies) return;
    addBodyParsers(this.getInstance());
    this.parsesBodies = true;
  }
}

/**
 * Fastify with the limits and parsers of this gateway.
 * @param trustProxy which proxies may name the client's address in X-Forwarded-For
 */
export const httpAdapter = ({ trustProxy = false }: { trustProxy?: boolean | string } = {}): FastifyAdapter => {
  const options: FastifyHttpOptions<RawServerDefault> = {
    bodyLimit: BODY_LIMIT_BYTES,
    ...CONNECTION_TIMES,
    genReqId: ({ headers }) => requestIdFrom(headers),
    requestIdHeader: false,
    trustProxy,
    // Requests that arrive while the server closes still get their response.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, querystringParser: queryFrom },
    // For example a path that cannot be decoded or a parameter that is too long.
    frameworkErrors: (error, request, reply) =>
      sendProblem(badPathOr(error), request as FastifyRequest, reply as FastifyReply, adapter.publicUrl),
    clientErrorHandler: respondToBrokenHttp,
  };
  const adapter = new GatewayAdapter(options);
  return adapter;
};

/** Adds the headers of every response and the refusal of wrong methods. Call it before the application is initialised. */
export const configureHttp = (app: NestFastifyApplication): void => {
  const adapter = app.getHttpAdapter() as unknown as GatewayAdapter;
  const { publicUrl, limits } = app.get(HttpSettings);
  adapter.publicUrl = publicUrl;

  const fastify = adapter.getInstance();
  limitConnections(fastify);
  const allowed = AllowedMethods.of(fastify);
  fastify.decorateRequest('principal', null);
  fastify.decorateRequest('act', null);
  fastify.decorateRequest('overLimitForMs', null);
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'content-security-policy': NO_PAGE,
    });
    if (request.url.startsWith('/v1/')) void reply.header('cache-control', 'no-store');
  });
  limitPages(fastify, app.get(RequestCounts), limits);
  fastify.addHook('onRequest', async (request) => {
    if (request.is404) refuseMethod(request, allowed);
  });
};

const refuseMethod = (request: FastifyRequest, allowed: AllowedMethods): void => {
  const methods = allowed.at(request.url.split('?', 1)[0] ?? '');
  if (methods.length === 0) return;
  throw new HttpProblem('method_not_allowed', `Use ${methods.join(' or ')} here.`, {
    headers: { allow: methods.join(', ') },
  });
};

const badPathOr = (error: Error & { code?: string }): Error =>
  error.code === 'FST_ERR_BAD_URL'
    ? new HttpProblem('invalid_request', 'The path is not properly percent-encoded.')
    : error;
