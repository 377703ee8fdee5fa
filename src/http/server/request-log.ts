import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { Metrics } from '../../telemetry/metrics.js';

/** Polled so often that their lines would hide all others. */
const QUIET = new Set(['/livez', '/readyz', '/metrics']);

/**
 * Counts every request and logs one line for it, after its response was sent. Both name the route, not the path, because
 * paths carry tokens.
 */
export const reportRequests = (app: NestFastifyApplication, logger: Logger): void => {
  const metrics = app.get(Metrics);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      const { method } = request;
      metrics.observeRequest({ method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
      if (QUIET.has(route)) return;
      const level = reply.statusCode >= 500 ? 'warn' : 'info';
      logger[level](
        {
          context: 'http',
          request_id: request.id,
          method,
          route,
          status: reply.statusCode,
          latency_ms: Math.round(reply.elapsedTime),
          ...(request.principal && { tenant_id: request.principal.tenantId, key_id: request.principal.keyId }),
          ...orderIdOf(request.params),
        },
        'request',
      );
    });
};

const orderIdOf = (params: unknown): { order_id?: string } => {
  const id = (params as { id?: unknown } | undefined)?.id;
  return typeof id === 'string' && /^ord_[0-9a-z]{26}$/.test(id) ? { order_id: id } : {};
};
