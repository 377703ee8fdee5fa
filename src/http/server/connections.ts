import { Logger } from '@nestjs/common';
import type { FastifyHttpOptions, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { HttpProblem } from '../problems/http-problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its work may take as long as a transaction of finance may. */
    takesLong?: true;
  }
}

/** Each costs a descriptor and some kilobytes. Proxies and backends keep a few dozen. */
const MAX_CONNECTIONS = 2_000;

/** Only a client that pipelines has more than one. Each holds a response until the client has read it. */
const MAX_UNDER_WAY = 16;

/** Headers that have not arrived completely within this time, from the first byte or from the connection on. */
const HEADERS_TIMEOUT_MS = 10_000;

/** The same for a whole request. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The same for the file of a statement, once its caller was let in: 256 MiB at 4 Mbit/s. */
const LARGE_BODY_TIMEOUT_MS = 600_000;

/** How much later than these limits a request may be aborted. */
const CHECK_INTERVAL_MS = 1_000;

/** Nothing sent or received during a request: more than a caller waits for a provider at most (`Prefer: wait=30`). */
const SILENCE_MS = 60_000;

/** The same where a route `takesLong`: a statement of a million lines is accepted in about a minute. */
const LONG_SILENCE_MS = 600_000;

/** Between two requests: longer than proxies commonly keep an idle connection (60 s), so that they close it, not we. */
const IDLE_MS = 72_000;

/** What a client gets to read a last response before its connection is destroyed. */
const LAST_WORDS_MS = 1_000;

/** How long a caller may take, as options of Fastify's server. */
export const CONNECTION_TIMES = {
  requestTimeout: REQUEST_TIMEOUT_MS,
  connectionTimeout: SILENCE_MS,
  keepAliveTimeout: IDLE_MS,
  http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CHECK_INTERVAL_MS },
} satisfies FastifyHttpOptions<RawServerDefault>;

/** The requests of each connection that have no whole response yet, oldest first. */
const underWay = new WeakMap<Socket, Set<IncomingMessage>>();

/** Caps the connections, and the requests under way on each. Call it before hooks are added that cost anything. */
export const limitConnections = (fastify: FastifyInstance): void => {
  const server = fastify.server as Server;
  server.maxConnections = MAX_CONNECTIONS;
  reportDropped(server);

  fastify.addHook('onRequest', async ({ raw, routeOptions }, reply) => {
    // Until the next request of the connection, which Node gives the usual limit again.
    if (routeOptions.config.takesLong) raw.socket.setTimeout(LONG_SILENCE_MS);
    const requests = underWay.get(raw.socket) ?? new Set();
    underWay.set(raw.socket, requests.add(raw));
    reply.raw.once('close', () => requests.delete(raw));
    if (requests.size <= MAX_UNDER_WAY) return;
    // The server closes the connection behind this response, and sends none to the requests after it.
    void reply.header('connection', 'close');
    throw new HttpProblem('rate_limited', `At most ${MAX_UNDER_WAY} requests may be under way on one connection.`);
  });
};

/** One line a minute: whoever opens too many connections must not fill the log. */
const REPORT_INTERVAL_MS = 60_000;

const reportDropped = (server: Server): void => {
  const logger = new Logger('http');
  let dropped = 0;
  let quietUntil = 0;
  server.on('drop', () => {
    dropped += 1;
    if (performance.now() < quietUntil) return;
    logger.warn({ dropped, limit: server.maxConnections }, 'connections dropped: too many are open');
    quietUntil = performance.now() + REPORT_INTERVAL_MS;
    dropped = 0;
  });
};

const large = new WeakSet<IncomingMessage>();

/** Gives a request whose body is large more time to arrive than others have. */
export const allowLargeBody = (request: IncomingMessage): void => void large.add(request);

/** Responds to bytes that are not HTTP or come too late. There is no request to write a problem document for. */
export const respondToBrokenHttp = (error: Error & { code?: string }, socket: Socket): void => {
  const [oldest] = underWay.get(socket) ?? [];
  // The server reports each request once, and leaves what is done about it to us.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && oldest && large.delete(oldest)) {
    const timer = setTimeout(
      () => respondToBrokenHttp(error, socket),
      LARGE_BODY_TIMEOUT_MS - REQUEST_TIMEOUT_MS,
    ).unref();
    return void oldest.once('close', () => clearTimeout(timer));
  }
  // The client would take our words for the response to an earlier request, such as a purchase that is under way.
  const earlierIsOpen = oldest?.complete === true;
  if (error.code === 'ECONNRESET' || !socket.writable || earlierIsOpen) return void socket.destroy();
  const status = {
    HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
    ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  }[error.code ?? ''];
  socket.end(`HTTP/1.1 ${status ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  destroySoon(socket);
};

/** `end` closes our side only: a client that never closes its own would keep the descriptor. */
const destroySoon = (socket: Socket): void => {
  const timer = setTimeout(() => socket.destroy(), LAST_WORDS_MS);
  socket.once('close', () => clearTimeout(timer));
  // What still arrives is dropped. A connection that is destroyed with unread bytes is reset, and loses the response.
  socket.resume();
};
