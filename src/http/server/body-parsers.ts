import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem, invalidFields } from '../problems/http-problem.js';
import { printable } from '../validation/request-instance.js';
import { repeatedKeyIn } from './repeated-key.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler gets the body as bytes, whatever its content type. */
    anyBody?: true;
    /** The handler gets the body as a stream of bytes; it has to be text/csv. */
    csvBody?: true;
  }
}

/** Parses JSON on every route, except that routes with `anyBody` get bytes. */
export const addBodyParsers = (fastify: FastifyInstance): void => {
  fastify.removeAllContentTypeParsers();
  // Overwritten, because Fastify refuses a malformed content type before any parser runs.
  fastify.addHook('onRequest', async ({ headers, routeOptions }) => {
    if (routeOptions.config.anyBody === true) headers['content-type'] = BYTES;
  });
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      refuseEncodings(request.headers);
      return jsonFrom(body);
    },
  );
  fastify.addContentTypeParser('text/csv', async ({ headers, routeOptions }: FastifyRequest, body: Readable) => {
    if (routeOptions.config.csvBody !== true)
      throw new HttpProblem('unsupported_media_type', 'Send the body as JSON, with Content-Type: application/json.');
    refusePacked(headers);
    return body;
  });
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, async ({ routeOptions }: FastifyRequest, body: Buffer) => {
    if (routeOptions.config.anyBody === true) return body;
    if (body.length === 0) return undefined;
    throw new HttpProblem('unsupported_media_type', 'Send the body as JSON, with Content-Type: application/json.');
  });
};

const BYTES = 'application/octet-stream';

/** Bodies are read as they are. One that says it is packed, or in another charset, would be misread if it is not JSON by chance. */
const refuseEncodings = (headers: IncomingHttpHeaders): void => {
  refusePacked(headers);
  const [, charset] = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(headers['content-type'] ?? '') ?? [];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset))
    throw new HttpProblem('unsupported_media_type', 'Send the body in UTF-8.');
};

const BYTE_ORDER_MARK = /^\ufeff/;

const refusePacked = (headers: IncomingHttpHeaders): void => {
  if (!/^(identity)?$/i.test(headers['content-encoding'] ?? ''))
    throw new HttpProblem('unsupported_media_type', 'Send the body as it is, without Content-Encoding.');
};

/** @returns undefined if there is no body. Throws HttpProblem. */
const jsonFrom = (body: Buffer): unknown => {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new HttpProblem('invalid_request', 'The body is not UTF-8.');
  const text = body.toString().replace(BYTE_ORDER_MARK, '');
  const value = valueOf(text);
  const repeated = repeatedKeyIn(text);
  if (repeated !== null) throw invalidFields({ [printable(repeated)]: ['must be given only once'] });
  return value;
};

const valueOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new HttpProblem('invalid_request', 'The body is not valid JSON.');
  }
};
