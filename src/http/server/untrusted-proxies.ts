import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/**
 * Tells once that a proxy which is not in TRUSTED_PROXIES brings requests: all callers behind it count as one address,
 * and share one limit. A stranger can send the header, too, so nothing follows from it but this line.
 */
export const tellOfUntrustedProxies = (app: NestFastifyApplication, logger: Logger): void => {
  let isTold = false;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request) => {
      if (isTold || !comesFromUntrustedProxy(request)) return;
      isTold = true;
      logger.warn(
        { context: 'http', proxy: request.socket.remoteAddress },
        'a proxy that is not in TRUSTED_PROXIES brings requests: all callers behind it count as one address; if it is yours, add it there',
      );
    });
};

/** Of a trusted proxy, `ip` is the address that it names. */
const comesFromUntrustedProxy = ({ headers, ip, socket }: FastifyRequest): boolean =>
  headers['x-forwarded-for'] !== undefined && ip === socket.remoteAddress;
