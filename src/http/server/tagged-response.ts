import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Sends JSON text as it is, because a stored response is repeated byte for byte. */
export const sendJson = (reply: FastifyReply, status: number, body: string): FastifyReply =>
  reply.status(status).header('content-type', 'application/json; charset=utf-8').send(body);

/** Sends an object with a strong ETag, or 304 if the caller already has it. */
export const sendTagged = (
  request: FastifyRequest,
  reply: FastifyReply,
  version: number,
  response: object,
): FastifyReply => {
  const body = JSON.stringify(response);
  const tag = etagOf(version, body);
  void reply.header('etag', tag);
  return matches(request.headers['if-none-match'], tag) ? reply.status(304).send() : sendJson(reply, 200, body);
};

/** Whether the caller already has the object as it is. */
export const isCurrent = ({ headers }: FastifyRequest, version: number, response: object): boolean =>
  headers['if-none-match'] !== undefined &&
  matches(headers['if-none-match'], etagOf(version, JSON.stringify(response)));

/** The version is for people. The digest is needed because a release or a provider's terms can change the response too. */
export const etagOf = (version: number, body: string): string =>
  `"${version}-${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;

/** If-None-Match compares weakly (RFC 9110), so a W/ before a tag is ignored. */
export const matches = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch !== undefined &&
  ifNoneMatch.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag);
