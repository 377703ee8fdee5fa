import type { FastifyReply } from 'fastify';
import type { ExecutedResponse } from '../../application/idempotency/idempotent-executor.js';
import type { ProblemResponse } from '../problems/problem.response.js';
import { noteOutcome } from '../server/request-log.js';

/** Sends the response of an idempotent request: the first time and every time after, byte for byte the same body. */
export const sendExecuted = (reply: FastifyReply, { status, body, orderId, replayed }: ExecutedResponse): void => {
  if (orderId !== null) noteOutcome(reply.request, { orderId });
  if (status >= 400) noteOutcome(reply.request, { problem: (JSON.parse(body) as ProblemResponse).code });
  if (replayed) void reply.header('idempotency-replayed', 'true');
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  void reply.status(status).header('content-type', `${type}; charset=utf-8`).send(body);
};
