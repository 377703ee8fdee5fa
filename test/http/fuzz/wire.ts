import { connect } from 'node:net';
import type { Answer } from '../documentation.js';

export interface Sent {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | null;
}

/** Null if the connection ended without a response, or within it. */
export interface Reply {
  readonly answer: Answer | null;
  readonly ms: number;
}

const HANGS_MS = 40_000;

/** A request as it goes over the wire: nothing is checked, corrected or left out, unlike with an HTTP client. */
export const bytesOf = ({ method, target, headers, body }: Sent): Buffer => {
  const length = body === null ? [] : [['content-length', String(body.length)] as const];
  const lines = [...headers, ...length].map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${target} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), body ?? Buffer.alloc(0)]);
};

/** Sends bytes over a connection of their own and reads until the server ends it. */
export const exchange = (port: number, bytes: Buffer, whole = true): Promise<Reply> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(HANGS_MS, () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    // Refused before it was read to its end, a large body is met with a reset; what was read before counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ answer: answerIn(Buffer.concat(chunks)), ms: performance.now() - startedAt }));
    socket.write(bytes);
    if (!whole) socket.end();
  });

const answerIn = (received: Buffer): Answer | null => {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [statusLine = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const rest = received.subarray(end + 4);
  if (status < 200) return answerIn(rest);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const isChunked = headers['transfer-encoding'] === 'chunked';
  const isWhole = isChunked
    ? rest.subarray(-5).equals(LAST_CHUNK)
    : rest.length >= Number(headers['content-length'] ?? 0);
  return isWhole ? { status, headers, text: (isChunked ? unchunked(rest) : rest).toString() } : null;
};

const LAST_CHUNK = Buffer.from('0\r\n\r\n');

const unchunked = (bytes: Buffer): Buffer => {
  const end = bytes.indexOf('\r\n');
  const size = Number.parseInt(bytes.subarray(0, end).toString('latin1'), 16);
  if (end < 0 || !(size > 0)) return Buffer.alloc(0);
  return Buffer.concat([bytes.subarray(end + 2, end + 2 + size), unchunked(bytes.subarray(end + 4 + size))]);
};

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** For a shell. The key is a variable, because a key has no place in a log. */
export const asCurl = ({ method, target, headers, body }: Sent, key: string): string => {
  const given = headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`).replace(key, `'"$KEY"'`)}`);
  const data = body === null ? [] : ['--data-binary @-'];
  const curl = ['curl -i --path-as-is -g -X', quoted(method), ...given, ...data, `"$URL"${quoted(target)}`].join(' ');
  return body === null ? curl : `echo ${body.toString('base64')} | base64 -d | ${curl}`;
};
