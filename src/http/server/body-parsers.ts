import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from '../problems/http-problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler gets the body as bytes, whatever its content type. */
    anyBody?: true;
  }
}

/** Parses JSON on every route, except that routes with `anyBody` get bytes. */
export const addBodyParsers = (fastify: FastifyInstance): void => {
  fastify.removeAllContentTypeParsers();
  // Overwritten, because Fastify refuses a malformed content type before any parser runs.
  fastify.addHook('onRequest', async ({ headers, routeOptions }) => {
    if (routeOptions.config.anyBody === true) headers['content-type'] = BYTES;
  });
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_: FastifyRequest, body: Buffer) =>
    jsonFrom(body),
  );
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, async ({ routeOptions }: FastifyRequest, body: Buffer) => {
    if (routeOptions.config.anyBody === true) return body;
    if (body.length === 0) return undefined;
    throw new HttpProblem('unsupported_media_type', 'Send the body as JSON, with Content-Type: application/json.');
  });
};

const BYTES = 'application/octet-stream';

/** @returns undefined if there is no body. Throws HttpProblem. */
const jsonFrom = (body: Buffer): unknown => {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new HttpProblem('invalid_request', 'The body is not UTF-8.');
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    throw new HttpProblem('invalid_request', 'The body is not valid JSON.');
  }
};
