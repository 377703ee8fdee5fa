import type { ServerResponse } from 'node:http';
import type { Answer } from './exchange.js';
import type { Timers } from './timers.js';

/** Sends an answer as a healthy server would. */
export const sendAnswer = (response: ServerResponse, answer: Answer): void => {
  if (response.destroyed) return;
  response.writeHead(answer.status, { ...answer.headers, ...lengthOf(answer) });
  response.end(answer.body);
};

const lengthOf = (answer: Answer): Record<string, number> =>
  answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(answer.body) };

/** Promises the whole body, sends half of it, and closes. */
export const sendTruncated = (response: ServerResponse, answer: Answer): void => {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Math.max(body.length, 2) });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.end());
};

/** Sends a few bytes at a time; stops when the client has left. */
export const sendSlowly = async (
  response: ServerResponse,
  answer: Answer,
  pace: { readonly everyMs: number; readonly bytes: number; readonly timers: Timers },
): Promise<void> => {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  response.flushHeaders();
  for (let sent = 0; sent < body.length && !response.destroyed; sent += pace.bytes) {
    await pace.timers.wait(pace.everyMs);
    response.write(body.subarray(sent, sent + pace.bytes));
  }
  response.end();
};

const FILLER = Buffer.alloc(64 * 1024, ' ');

/** Starts like the answer and never ends. Fills only as fast as the client reads. */
export const sendEndless = (response: ServerResponse, answer: Answer): void => {
  response.writeHead(answer.status, answer.headers);
  response.write(answer.body.slice(0, -1));
  const fill = (): void => {
    while (!response.destroyed && response.write(FILLER));
  };
  response.on('drain', fill);
  fill();
};
