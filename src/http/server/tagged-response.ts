import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Sends JSON text as it is: what is stored for a repeat is byte for byte what was sent first. */
export const sendJson = (reply: FastifyReply, status: number, body: string): FastifyReply =>
  reply.status(status).header('content-type', 'application/json; charset=utf-8').send(body);

/** Sends an object with a strong ETag of its very bytes, or 304 when the caller has them. */
export const sendTagged = (
  request: FastifyRequest,
  reply: FastifyReply,
  version: number,
  shown: object,
): FastifyReply => {
  const body = JSON.stringify(shown);
  const tag = etagOf(version, body);
  void reply.header('etag', tag);
  return matches(request.headers['if-none-match'], tag) ? reply.status(304).send() : sendJson(reply, 200, body);
};

/** The version for people, the digest because an answer may also change with a release or a provider's terms. */
export const etagOf = (version: number, body: string): string =>
  `"${version}-${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;

/** If-None-Match compares weakly (RFC 9110): a W/ before a tag does not matter. */
export const matches = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch !== undefined &&
  ifNoneMatch.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag);
