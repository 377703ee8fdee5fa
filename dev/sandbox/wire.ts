import type { ServerResponse } from 'node:http';
import type { SimulatedResponse } from './http-messages.js';
import type { Timers } from './timers.js';

/** Sends a response as a healthy server would. */
export const sendResponse = (serverResponse: ServerResponse, response: SimulatedResponse): void => {
  if (serverResponse.destroyed) return;
  serverResponse.writeHead(response.status, { ...response.headers, ...lengthOf(response) });
  serverResponse.end(response.body);
};

const lengthOf = (response: SimulatedResponse): Record<string, number> =>
  response.status === 204 ? {} : { 'content-length': Buffer.byteLength(response.body) };

/** Promises the whole body, sends half of it, and closes. */
export const sendTruncated = (serverResponse: ServerResponse, response: SimulatedResponse): void => {
  const body = Buffer.from(response.body);
  serverResponse.writeHead(response.status, { ...response.headers, 'content-length': Math.max(body.length, 2) });
  serverResponse.write(body.subarray(0, Math.floor(body.length / 2)), () => serverResponse.socket?.end());
};

/** Sends a few bytes at a time; stops when the client has left. */
export const sendSlowly = async (
  serverResponse: ServerResponse,
  response: SimulatedResponse,
  pace: { readonly everyMs: number; readonly bytes: number; readonly timers: Timers },
): Promise<void> => {
  const body = Buffer.from(response.body);
  serverResponse.writeHead(response.status, { ...response.headers, 'content-length': body.length });
  serverResponse.flushHeaders();
  for (let sent = 0; sent < body.length && !serverResponse.destroyed; sent += pace.bytes) {
    await pace.timers.wait(pace.everyMs);
    serverResponse.write(body.subarray(sent, sent + pace.bytes));
  }
  serverResponse.end();
};

const FILLER = Buffer.alloc(64 * 1024, ' ');

/** Starts like the response and never ends. Fills only as fast as the client reads. */
export const sendEndless = (serverResponse: ServerResponse, response: SimulatedResponse): void => {
  serverResponse.writeHead(response.status, response.headers);
  serverResponse.write(response.body.slice(0, -1));
  const fill = (): void => {
    while (!serverResponse.destroyed && serverResponse.write(FILLER));
  };
  serverResponse.on('drain', fill);
  fill();
};
