import type { IncomingMessage } from 'node:http';
import { isLoopbackAddress, isLoopbackHost } from './loopback.js';

/**
 * Why a command is not taken from where it comes; null when it is. Any web page that a person of this machine has open
 * can send requests here, and read the responses too once its own name points to 127.0.0.1. A browser lets it neither
 * choose the `Host` nor leave the `Origin` out of what changes something.
 */
export const refusedSource = ({ socket, headers }: IncomingMessage, baseUrl: string): string | null => {
  if (!isLoopbackAddress(socket.remoteAddress ?? '')) return 'Control is for this machine only.';
  const host = headers.host?.toLowerCase() ?? '';
  if (!isLoopbackName(host) && host !== new URL(baseUrl).host) {
    return 'The Host of a command must be a loopback one, such as 127.0.0.1, or the address that the simulator serves at.';
  }
  if (headers.origin === undefined || headers.origin === `http://${host}`) return null;
  return 'Commands are not taken from pages of another origin. Send no Origin.';
};

/** `localhost:4101`; a user name or a path in it makes it none. */
const isLoopbackName = (host: string): boolean => {
  const name = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/.exec(host)?.[1];
  return name !== undefined && isLoopbackHost(name);
};
