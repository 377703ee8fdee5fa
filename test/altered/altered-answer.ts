import type { Answer, Asked } from '../support/relay.js';

/** Where an alteration stands: what was asked, and what else it may make use of. */
interface Setting {
  readonly asked: Asked;
  /** The first true answer to this endpoint in the case, however often it is asked. */
  readonly first: Answer;
  /** An address to which nothing may ever be sent. */
  readonly elsewhere: string;
  /** The id of another purchase of ours at this provider. */
  readonly neighbour: string | null;
}

/** What goes over the socket in place of the answer, byte for byte. */
export interface Altered {
  readonly bytes: Buffer;
  /** What becomes of the connection afterwards. Default: it is closed. */
  readonly afterwards?: 'stays_open' | 'is_reset';
}

export interface Alteration {
  readonly what: string;
  /** Whether the provider acts on the request before. Default true; where it is false, its answer is an empty one. */
  readonly acts?: false;
  /** The call can only end by its deadline. */
  readonly stalls?: true;
  /** Another order of ours is placed before. */
  readonly needsNeighbour?: true;
  /** How many answers are altered. Default: all of them. */
  readonly times?: number;
  readonly alter: (answer: Answer, setting: Setting) => Altered;
}

type Headers = Readonly<Record<string, string>>;

/** An HTTP/1.1 response. A length is added unless the headers say how the body is framed. */
export const message = (status: number | string, headers: Headers, body: Buffer | string): Buffer => {
  const bytes = Buffer.from(body);
  const isFramed = ['content-length', 'transfer-encoding'].some((name) => name in headers);
  const all = { ...headers, ...(!isFramed && { 'content-length': String(bytes.length) }), connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const line = typeof status === 'number' ? `HTTP/1.1 ${status} Altered` : status;
  return Buffer.concat([Buffer.from(`${line}\r\n${lines.join('')}\r\n`, 'latin1'), bytes]);
};

/** The answer as it is, but for some headers. */
export const asItIs = ({ status, headers, body }: Answer, more: Headers = {}): Buffer =>
  message(status, { ...headers, ...more }, body);

export const withBody = ({ status, headers }: Answer, body: Buffer | string, more: Headers = {}): Buffer =>
  message(status, { ...headers, ...more }, body);

export const jsonOf = ({ body }: Pick<Answer, 'body'>): unknown => {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
};
