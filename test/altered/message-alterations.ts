import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Answer } from '../support/relay.js';
import { asItIs, jsonOf, message, withBody, type Alteration } from './altered-answer.js';

/** What can be altered in any answer, whatever it says: its bytes, its frame, its status and its headers. */

const MIB = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };
const PAGE = '<!doctype html><html><script>alert(1)</script><h1>Back soon</h1></html>';

/** A problem in the shapes of all providers at once. */
const ERROR_BODY = JSON.stringify({
  type: 'https://provider.example/problems/invalid-parameters',
  title: 'No',
  message: 'No',
  statusCode: 400,
  error: { code: 'BadRequest', message: 'No' },
});

type Body = (body: Buffer, answer: Answer) => Buffer | string;

const body = (what: string, alter: Body, headers: Record<string, string> = {}): Alteration => ({
  what,
  alter: (answer) => ({ bytes: withBody(answer, alter(answer.body, answer), headers) }),
});

const status = (what: string, code: number | string, alter: Body = (bytes) => bytes, headers = {}): Alteration => ({
  what,
  alter: (answer) => ({ bytes: message(code, { ...answer.headers, ...headers }, alter(answer.body, answer)) }),
});

/** A response of the provider's that by its meaning says that the request was not executed, so it is not. */
const notExecuted = (what: string, code: number, headers: Record<string, string>, times = Infinity): Alteration => ({
  what,
  acts: false,
  times,
  alter: () => ({ bytes: message(code, { ...JSON_TYPE, ...headers }, ERROR_BODY) }),
});

const redirect = (code: number, to: 'itself' | 'elsewhere'): Alteration => ({
  what: `${code} to ${to}`,
  alter: (_, { asked, elsewhere }) => ({
    bytes: message(code, { location: to === 'itself' ? asked.url : elsewhere }, ''),
  }),
});

const part =
  (share: number): Body =>
  (bytes) =>
    bytes.subarray(0, Math.floor(bytes.length * share));

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** A JSON object with more in front of what it has; a later key of the same name counts. */
const withKeys = (bytes: Buffer, keys: string): string => {
  const text = bytes.toString();
  return text.startsWith('{') ? `{${keys}${text === '{}' ? '' : ','}${text.slice(1)}` : `[{${keys}}]`;
};

const utf16 = (bytes: Buffer, bigEndian: boolean): Buffer => {
  const little = Buffer.from(`\uFEFF${bytes.toString()}`, 'utf16le');
  return bigEndian ? little.swap16() : little;
};

const BODIES: readonly Alteration[] = [
  body('no body', () => ''),
  body('the first byte only', (bytes) => bytes.subarray(0, 1)),
  body('a quarter of the body', part(0.25)),
  body('half of the body', part(0.5)),
  body('all but the last byte', (bytes) => bytes.subarray(0, -1)),
  body('null', () => 'null'),
  body('a number', () => '42'),
  body('a text', () => '"placed"'),
  body('true', () => 'true'),
  body('an empty list', () => '[]'),
  body('an empty object', () => '{}'),
  body('a list around it', (bytes) => `[${bytes.toString()}]`),
  body('an object around it', (bytes) => `{"data":${bytes.toString() || 'null'}}`),
  body('a page instead of JSON', () => PAGE, { 'content-type': 'text/html' }),
  body('a page that says it is JSON', () => PAGE, JSON_TYPE),
  body('JSON that says it is a page', (bytes) => bytes, { 'content-type': 'text/html' }),
  body('a byte order mark', (bytes) => `\uFEFF${bytes.toString()}`),
  body('UTF-16', (bytes) => utf16(bytes, false)),
  body('UTF-16 the other way round', (bytes) => utf16(bytes, true), {
    'content-type': 'application/json;charset=utf-16',
  }),
  body('bytes that are no UTF-8', (bytes) =>
    Buffer.concat([Buffer.from('{"a":"\xff\xfe",', 'latin1'), bytes.subarray(1)]),
  ),
  body('NUL bytes around it', (bytes) => Buffer.concat([Buffer.alloc(2), bytes, Buffer.alloc(2)])),
  body('more after its end', (bytes) => `${bytes.toString()}{}`),
  body('NaN in it', (bytes) => withKeys(bytes, '"a":NaN')),
  body('the keys of a prototype', (bytes) =>
    withKeys(bytes, '"__proto__":{"id":"x","state":"placed","data":[]},"a":1'),
  ),
  body('a constructor', (bytes) =>
    withKeys(bytes, '"constructor":{"prototype":{"id":"x"}},"hasOwnProperty":1,"toString":1'),
  ),
  body('each key twice, the true one last', (bytes) =>
    withKeys(
      bytes,
      Object.keys((jsonOf({ body: bytes }) as object | null) ?? { id: 1 })
        .map((key) => `${JSON.stringify(key)}:null`)
        .join(),
    ),
  ),
  body('200 lists in one another', () => nested(200)),
  body('a field of 200 lists in one another', (bytes) => withKeys(bytes, `"deep":${nested(200)}`)),
  body('100,000 lists in one another', () => nested(100_000)),
  body('a problem with the status of success', () => ERROR_BODY),
  body('9 MiB of spaces before it', (bytes) => Buffer.concat([Buffer.alloc(9 * MIB, ' '), bytes])),
];

const FRAMES: readonly Alteration[] = [
  body('plain bytes that say they are gzip', (bytes) => bytes, { 'content-encoding': 'gzip' }),
  body('gzip that says it is brotli', (bytes) => gzipSync(bytes), { 'content-encoding': 'br' }),
  body('gzip, and true', (bytes) => gzipSync(bytes), { 'content-encoding': 'gzip' }),
  body('brotli cut in half', (bytes) => part(0.5)(brotliCompressSync(bytes), NO_ANSWER), { 'content-encoding': 'br' }),
  body('a bomb of gzip', () => gzipSync(Buffer.alloc(64 * MIB)), { 'content-encoding': 'gzip' }),
  body('an unknown encoding', (bytes) => bytes, { 'content-encoding': 'rot13' }),
  {
    what: 'a length that is too long, then the end',
    alter: (answer) => ({ bytes: withBody(answer, answer.body, { 'content-length': String(answer.body.length + 9) }) }),
  },
  {
    what: 'a length that is too long, then nothing',
    stalls: true,
    alter: (answer) => ({
      bytes: withBody(answer, answer.body, { 'content-length': String(answer.body.length + 9) }),
      afterwards: 'stays_open',
    }),
  },
  {
    what: 'a length that is too short',
    alter: (answer) => ({
      bytes: withBody(answer, answer.body, { 'content-length': String(Math.max(answer.body.length - 9, 0)) }),
    }),
  },
  body('two lengths', (bytes) => bytes, { 'content-length': '3', 'Content-Length': '4' }),
  body('a length below zero', (bytes) => bytes, { 'content-length': '-1' }),
  {
    what: 'chunks without an end, then nothing',
    stalls: true,
    alter: (answer) => ({
      bytes: chunked(answer, (bytes) => `${bytes.length.toString(16)}\r\n${bytes.toString('latin1')}\r\n`),
      afterwards: 'stays_open',
    }),
  },
  {
    what: 'chunks without an end, then the end',
    alter: (answer) => ({
      bytes: chunked(answer, (bytes) => `${bytes.length.toString(16)}\r\n${bytes.toString('latin1')}\r\n`),
    }),
  },
  {
    what: 'a chunk of no size',
    alter: (answer) => ({ bytes: chunked(answer, (bytes) => `zz\r\n${bytes.toString('latin1')}\r\n0\r\n\r\n`) }),
  },
  { what: 'an end without a byte', alter: () => ({ bytes: Buffer.alloc(0) }) },
  { what: 'a reset', alter: () => ({ bytes: Buffer.alloc(0), afterwards: 'is_reset' }) },
  { what: 'another protocol', alter: () => ({ bytes: Buffer.from('SSH-2.0-OpenSSH_9.2\r\n') }) },
];

const NO_ANSWER: Answer = { status: 200, headers: {}, body: Buffer.alloc(0) };

function chunked(answer: Answer, write: (bytes: Buffer) => string): Buffer {
  return withBody(answer, Buffer.from(write(answer.body), 'latin1'), { 'transfer-encoding': 'chunked' });
}

const STATUSES: readonly Alteration[] = [
  status('204', 204, () => '', { 'content-length': '0' }),
  status('206 with all of it', 206),
  status('a status line without a reason', 'HTTP/1.1 200'),
  status('status 999', 999),
  status('a status of words', 'HTTP/1.1 OK fine'),
  ...[301, 302, 307].flatMap((code) => [redirect(code, 'itself'), redirect(code, 'elsewhere')]),
  redirect(308, 'itself'),
  { what: '103 before it', alter: (answer) => before('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', answer) },
  { what: '100 before it', alter: (answer) => before('HTTP/1.1 100 Continue\r\n\r\n', answer) },
  status('101', 101, () => '', { upgrade: 'websocket' }),
  ...[400, 403, 404, 409, 410, 422].map((code) => status(`${code} with the body of success`, code)),
  ...[400, 404, 422].map((code) => status(`${code} with a page`, code, () => PAGE, { 'content-type': 'text/html' })),
  status('500 after all was done', 500, () => ERROR_BODY),
  status('502 with a page', 502, () => PAGE, { 'content-type': 'text/html' }),
  status('503 for a billion seconds', 503, () => '', { 'retry-after': '1000000000' }),
  status('504 without a body', 504, () => ''),
  notExecuted('401 once', 401, {}, 1),
  notExecuted('429 for less than nothing', 429, { 'retry-after': '-1' }, 1),
  notExecuted('429 for a billion seconds', 429, { 'retry-after': '1000000000' }, 1),
  notExecuted('429 until 1970', 429, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 1),
  notExecuted('429 until 2999', 429, { 'retry-after': 'Tue, 01 Jan 2999 00:00:00 GMT' }, 1),
  notExecuted('429 in words', 429, { 'retry-after': 'soon \x1b[31m' }, 1),
];

const before = (bytes: string, answer: Answer): { bytes: Buffer } => ({
  bytes: Buffer.concat([Buffer.from(bytes), asItIs(answer)]),
});

const header = (what: string, headers: Record<string, string>): Alteration => ({
  what,
  alter: (answer) => ({ bytes: asItIs(answer, headers) }),
});

const HEADERS: readonly Alteration[] = [
  header('12 KiB of a header', { 'x-note': 'n'.repeat(12 * 1024) }),
  header('40 KiB of a header', { 'x-note': 'n'.repeat(40 * 1024) }),
  header('a header of an unknown content type', { 'content-type': '\x01\x02' }),
  header('headers that try to set more', { 'x-a': 'b\r\nset-cookie: a=b\r\nlocation: http://127.0.0.1:1/' }),
  header('a quota that is used up for a billion seconds', {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '999999999',
  }),
  header('a quota that is back in 2999', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '32472144000' }),
];

export const MESSAGE_ALTERATIONS: readonly Alteration[] = [...BODIES, ...FRAMES, ...STATUSES, ...HEADERS];
