import type { FastifyReply } from 'fastify';

/** Aborted when the client goes away before it has its response. */
export const hungUp = ({ raw }: FastifyReply): AbortSignal => {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableEnded) gone.abort();
  });
  return gone.signal;
};
