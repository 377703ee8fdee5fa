import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Principal } from '../../application/access/principal.js';
import { Metrics } from '../../telemetry/metrics.js';
import { ORDER_ID } from '../validation/id-patterns.js';

declare module 'fastify' {
  interface FastifyRequest {
    outcome: RequestOutcome | null;
  }
}

/** What a request was about and what came of it, as far as its path and its status do not tell. For the log line. */
interface RequestOutcome {
  readonly orderId?: string;
  /** The code of the problem that was the response. */
  readonly problem?: string;
}

/** Adds to what the log line of the request will say. */
export const noteOutcome = (request: FastifyRequest, outcome: RequestOutcome): void => {
  request.outcome = { ...request.outcome, ...outcome };
};

/** Polled so often that their lines would hide all others. */
const QUIET = new Set(['/livez', '/readyz', '/metrics']);

/** The client was gone before it had its response, or before it had sent its whole request. No response has this status. */
const CLIENT_GONE = 499;

/**
 * Counts every request and logs one line for it, after its response was sent or its client was gone. Both name the
 * route, not the path, because paths carry tokens.
 */
export const reportRequests = (app: NestFastifyApplication, logger: Logger): void => {
  const metrics = app.get(Metrics);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.decorateRequest('outcome', null);
  fastify.addHook('onRequest', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    const startedAtMs = performance.now();
    reply.raw.once('close', () => {
      const status = reply.raw.writableFinished ? reply.statusCode : CLIENT_GONE;
      const latencyMs = performance.now() - startedAtMs;
      metrics.observeRequest({ method, route, status, seconds: latencyMs / 1000 });
      if (request.act !== null) metrics.countAct(request.act, actOutcomeOf(status));
      if (QUIET.has(route)) return;
      logger[levelOf(status)](
        {
          context: 'http',
          request_id: request.id,
          method,
          route,
          status,
          latency_ms: Math.round(latencyMs),
          ...(request.principal && callerFacts(request.principal)),
          ...factsOf(request),
        },
        'request',
      );
    });
  });
};

const actOutcomeOf = (status: number): 'done' | 'refused' | 'failed' => {
  if (status < 400) return 'done';
  return status < 500 ? 'refused' : 'failed';
};

const callerFacts = ({ tenantId, keyId, operator }: Principal) => ({
  tenant_id: tenantId,
  key_id: keyId,
  ...(operator && { operator_id: operator.id }),
});

const levelOf = (status: number): 'debug' | 'info' | 'warn' => {
  if (status === CLIENT_GONE) return 'debug';
  return status >= 500 ? 'warn' : 'info';
};

const factsOf = ({ outcome, params }: FastifyRequest): { order_id?: string; problem?: string } => {
  const orderId = outcome?.orderId ?? orderIdIn(params);
  const problem = outcome?.problem;
  return { ...(orderId !== undefined && { order_id: orderId }), ...(problem !== undefined && { problem }) };
};

const orderIdIn = (params: unknown): string | undefined => {
  const id = (params as { id?: unknown } | undefined)?.id;
  return typeof id === 'string' && ORDER_ID.test(id) ? id : undefined;
};
