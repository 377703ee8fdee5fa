import { gzipSync } from 'node:zlib';
import { known } from './values.js';

/** What clients get wrong, and what those send who look for a way in: as texts and bytes, outside of any schema. */

export const JSON_TYPE = ['content-type', 'application/json'] as const;

/** A body, and the headers that say what it is. */
export interface Sendable {
  readonly headers: readonly (readonly [string, string])[];
  /** JSON as text; bytes as they are. */
  readonly body: string | Buffer | null;
}

export const SEGMENTS = [
  '.',
  '..',
  '%2e%2e',
  '../../metrics',
  'a%2Fb',
  '%2F',
  '%00',
  '%ff',
  '%',
  '%zz',
  '%u0041',
  ';a=b',
  '*',
  '',
  '/',
  '\\',
  'é',
  '%F0%9F%92%A9',
  'x'.repeat(300),
  'x'.repeat(800),
  'x'.repeat(7_000),
  'ord_x',
  'constructor',
  '__proto__',
];

export const QUERIES = [
  '?',
  '?&&&',
  '?=',
  '?=x',
  '?%ff',
  '?%',
  '?%00=1',
  '?a[]=1',
  '?a[b][c]=1',
  '?__proto__[x]=1',
  '?constructor=1',
  '?limit=5&limit=6',
  '?limit[]=5',
  '?label=a&label[b]=c',
  '?label[]=c',
  '?label[__proto__]=c',
  '?status=',
  '?limit',
  '?cursor=e30',
  '?cursor=%00',
  '?cursor=W10',
  '?reference=%ED%A0%80',
  '?reference=a%00b',
  `?x=${'y'.repeat(7_000)}`,
  `?${'a=1&'.repeat(500)}`,
  '?a=1#b',
  '??',
  '?limit=5;status=failed',
];

export const WAITS = ['respond-async', 'respond-async', 'wait=0', 'wait=1', 'respond-async, wait=0'];

export const HARMLESS = [
  ['accept', 'text/html'],
  ['accept', '*/*;q=0'],
  ['accept-encoding', 'gzip, br'],
  ['accept-language', 'x'.repeat(1_000)],
  ['if-match', '"nothing"'],
  ['x-request-id', 'a\'b"<>'],
  ['x-request-id', 'x'.repeat(2_000)],
  ['x-forwarded-for', '::1, garbage'],
  ['forwarded', 'for=unknown'],
  ['origin', 'null'],
  ['cookie', '__proto__=1'],
  ['range', 'bytes=0-0'],
  ['x-http-method-override', 'DELETE'],
  ['if-none-match', known('etag', 0)],
  ['if-none-match', known('etag', 3)],
  ['if-none-match', '*'],
  ['if-none-match', 'W/"x", ,,"'],
  ['if-none-match', 'x'.repeat(6_000)],
  ['traceparent', '00-0-0-0'],
] as const satisfies readonly (readonly [string, string])[];

export const TRAP_HEADERS: (readonly [string, string])[] = [
  ['idempotency-key', ''],
  ['idempotency-key', 'ключ'],
  ['idempotency-key', 'x'.repeat(256)],
  ['idempotency-key', '"quoted \\" key"'],
  ['idempotency-key', '"'],
  ['idempotency-key', known('key', 0)],
  ['idempotency-key', known('key', 5)],
  ['idempotency-key', 'a\u0000b'],
  ['authorization', 'Bearer x'],
  ['authorization', ''],
  ['authorization', `Basic ${known('credential', 0)}`],
  ['authorization', 'Bearer \u0000'],
  ['prefer', 'wait=99999999999'],
  ['prefer', 'wait=-1'],
  ['prefer', 'wait=1e1'],
  ['prefer', ','.repeat(3_000)],
  ['content-encoding', 'gzip'],
  ['content-encoding', 'identity'],
  ['expect', '100-continue'],
  ['expect', 'miracles'],
  ['x-huge', 'x'.repeat(20_000)],
  ['x huge', 'name with a space'],
  ['upgrade', 'h2c'],
  ['accept', '\u0001'],
  ['host', 'other'],
  ['if-none-match', '\r'],
  ['te', 'trailers'],
];

export const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/json;',
  'APPLICATION/JSON',
  'application/merge-patch+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application',
  '/',
  '',
  'a/b; c="',
];

const nested = (open: string, close: string) => Buffer.from(open.repeat(30_000) + close.repeat(30_000));

export const BODIES = [
  ...[
    '',
    ' ',
    'null',
    'true',
    '1',
    '"x"',
    '[]',
    '{}',
    '[{}]',
    '{',
    '{"a":}',
    '{"a":1}x',
    "{'a':1}",
    'NaN',
    '{"a":01}',
    '\ufeff{}',
    '{"a":"\\ud800"}',
    '{"a":"\0"}',
    '{"__proto__":{"x":1}}',
    '{"mass":1,"mass":2}',
    '{/**/}',
    'a=1&b=2',
    '<x/>',
  ].map((text) => Buffer.from(text)),
  nested('[', ']'),
  nested('{"a":', '}').subarray(0, 65_000),
  Buffer.alloc(70_000, 0x20),
  Buffer.from([0xff, 0xfe, 0x7b, 0]),
  Buffer.from([0x7b, 0xc3, 0x28, 0x7d]),
  gzipSync('{}'),
  Buffer.alloc(64),
];

/** One text in the ways that clients get wrong. */
export const ENCODINGS: readonly ((json: string) => Sendable)[] = [
  (json) => ({ body: Buffer.from(`\ufeff${json}`), headers: [JSON_TYPE] }),
  (json) => ({ body: Buffer.from(json, 'utf16le'), headers: [['content-type', 'application/json; charset=utf-16le']] }),
  (json) => ({ body: gzipSync(json), headers: [JSON_TYPE] }),
  (json) => ({ body: gzipSync(json), headers: [JSON_TYPE, ['content-encoding', 'gzip']] }),
  (json) => ({ body: json.slice(0, -1), headers: [JSON_TYPE] }),
  (json) => ({ body: `${json}${json}`, headers: [JSON_TYPE] }),
  (json) => ({ body: ` \n\t${json}\r\n `, headers: [JSON_TYPE] }),
  (json) => ({ body: `${json}${' '.repeat(70_000)}`, headers: [JSON_TYPE] }),
  (json) => ({ body: json, headers: [JSON_TYPE, JSON_TYPE] }),
  (json) => ({ body: json, headers: [] }),
];
