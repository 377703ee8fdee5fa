import type { Socket } from 'node:net';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { AllowedMethods } from './allowed-methods.js';
import { addBodyParsers } from './body-parsers.js';
import { HttpSettings } from './http-settings.js';
import { HttpProblem } from '../problems/http-problem.js';
import { sendProblem } from '../problems/problem.filter.js';
import { queryFrom } from './query-string.js';
import { requestIdFrom } from './request-id.js';

const BODY_LIMIT_BYTES = 64 * 1024;

/** An idempotency key of 255 characters, each of them percent-encoded. */
const MAX_PARAMETER_LENGTH = 3 * 255;

/** A request that has not arrived completely by then is given up. */
const REQUEST_TIMEOUT_MS = 30_000;

class GatewayAdapter extends FastifyAdapter {
  /** Known once the application exists. */
  publicUrl = '';
  private parsesBodies = false;

  /** Nest's own parsers read forms as well, and quote what they cannot read. */
  override registerParserMiddleware(): void {
    if (this.parsesBodies) return;
    addBodyParsers(this.getInstance());
    this.parsesBodies = true;
  }
}

/** Fastify as this gateway needs it. `trustProxy`: which proxies may say in X-Forwarded-For who calls. */
export const httpAdapter = ({ trustProxy = false }: { trustProxy?: boolean | string } = {}): FastifyAdapter => {
  const options: FastifyServerOptions = {
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: ({ headers }) => requestIdFrom(headers),
    requestIdHeader: false,
    trustProxy,
    // Requests that arrive while it closes are still answered.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, querystringParser: queryFrom },
    // A path that cannot be decoded, a parameter that is too long.
    frameworkErrors: (error, request, reply) =>
      sendProblem(badPathOr(error), request as FastifyRequest, reply as FastifyReply, adapter.publicUrl),
    clientErrorHandler: respondToBrokenHttp,
  };
  const adapter = new GatewayAdapter(options);
  return adapter;
};

/** Everything around the routes. Call it before the application is initialised. */
export const configureHttp = (app: NestFastifyApplication): void => {
  const adapter = app.getHttpAdapter() as unknown as GatewayAdapter;
  adapter.publicUrl = app.get(HttpSettings).publicUrl;

  const fastify = adapter.getInstance();
  const allowed = AllowedMethods.of(fastify);
  fastify.decorateRequest('principal', null);
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
    if (request.url.startsWith('/v1/')) void reply.header('cache-control', 'no-store');
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

/** What is no HTTP gets an answer that any client can read, without a request to base a problem on. */
function respondToBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = {
    HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
    ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  }[error.code ?? ''];
  socket.end(`HTTP/1.1 ${status ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
