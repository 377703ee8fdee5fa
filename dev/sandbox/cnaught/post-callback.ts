import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** A receiver that takes longer has not acknowledged. */
const TIMEOUT_MS = 5_000;

/** Resolves to the response's status, or null when no response came. Follows no redirect, keeps no connection. */
export const postCallback = (url: string, body: string, stopped: AbortSignal): Promise<number | null> =>
  new Promise((resolve) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const outgoing = send(url, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stopped]),
    });
    outgoing.on('response', (incoming) => {
      incoming.resume();
      incoming.on('error', () => resolve(null));
      incoming.on('end', () => resolve(incoming.statusCode ?? null));
    });
    outgoing.on('error', () => resolve(null));
    outgoing.end(body);
  });
