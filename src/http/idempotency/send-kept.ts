import type { FastifyReply } from 'fastify';
import type { StoredResponse } from '../../application/idempotency/idempotent-executor.js';

export type KeptAnswer = StoredResponse & { readonly replayed: boolean };

/** Sends the answer of a keyed request: the first time and every time after, byte for byte the same body. */
export const sendKept = (reply: FastifyReply, { status, body, replayed }: KeptAnswer): void => {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  void reply.status(status).header('content-type', `${type}; charset=utf-8`).send(body);
};
