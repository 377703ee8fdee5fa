import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';

/** Well below the deadline of any call, so that a host that drops packets counts as not sent to, not as silent. */
const CONNECT_MS = 8_000;

/**
 * Servers commonly close a connection after 5 s without a request. A purchase written into a closing connection would
 * be ambiguous, so ours are closed first.
 */
const IDLE_MS = 4_000;

/** More than any provider's rate needs. Limited, so that a slow provider cannot use up the sockets of the process. */
const MAX_SOCKETS = 64;

const OPTIONS: AgentOptions = { keepAlive: true, timeout: IDLE_MS, maxSockets: MAX_SOCKETS };

const beforeConnected = new WeakSet<object>();

/**
 * Whether this very error ended a connection that was never ready for a request: refused, reset or timed out while
 * connecting or during the TLS handshake, or closed by us because of the certificate. Their names differ between Node
 * versions, and some also stand for later failures; the moment at which they occur is reliable.
 */
export const endedBeforeConnected = (error: object): boolean => beforeConnected.has(error);

/** `ready`: the event after which the first byte of a request can leave. */
const watchConnecting = (socket: Duplex, ready: 'connect' | 'secureConnect'): void => {
  const mark = (error: Error): void => void beforeConnected.add(error);
  const giveUp = (): void => {
    socket.destroy(Object.assign(new Error('connecting took too long'), { code: 'ETIMEDOUT', syscall: 'connect' }));
  };
  const timer = setTimeout(giveUp, CONNECT_MS);
  const stop = (): void => {
    clearTimeout(timer);
    socket.removeListener('error', mark);
  };
  socket.prependListener('error', mark);
  socket.once(ready, stop);
  socket.once('close', stop);
};

class WatchedHttpAgent extends HttpAgent {
  override createConnection(
    ...args: Parameters<HttpAgent['createConnection']>
  ): ReturnType<HttpAgent['createConnection']> {
    const socket = super.createConnection(...args);
    if (socket) watchConnecting(socket, 'connect');
    return socket;
  }
}

class WatchedHttpsAgent extends HttpsAgent {
  override createConnection(
    ...args: Parameters<HttpsAgent['createConnection']>
  ): ReturnType<HttpsAgent['createConnection']> {
    const socket = super.createConnection(...args);
    if (socket) watchConnecting(socket, 'secureConnect');
    return socket;
  }
}

export const createAgents = (): { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent } => ({
  httpAgent: new WatchedHttpAgent(OPTIONS),
  httpsAgent: new WatchedHttpsAgent(OPTIONS),
});
