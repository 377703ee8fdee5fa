import { request, type Agent, type IncomingHttpHeaders } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly tookMs: number;
}

export interface Outgoing {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is when already a text. */
  readonly body?: unknown;
  /** Default: a connection of its own. */
  readonly agent?: Agent;
  readonly timeoutMs?: number;
}

/** What came of a request that got no whole response. */
export class NoResponse extends Error {
  override readonly name = 'NoResponse';

  constructor(readonly code: string) {
    super(`no response: ${code}`);
  }
}

/** One request and its whole response. Rejects with NoResponse. */
export const sendRequest = (method: string, url: string, outgoing: Outgoing = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const { body, agent = false, timeoutMs = 60_000 } = outgoing;
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...outgoing.headers };
    const startedAt = performance.now();
    const call = request(url, { method, agent, headers, signal: AbortSignal.timeout(timeoutMs) });
    const fail = (error: NodeJS.ErrnoException): void => reject(new NoResponse(error.code ?? error.name));
    call.on('error', fail);
    call.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', fail);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text: Buffer.concat(chunks).toString(),
          tookMs: performance.now() - startedAt,
        }),
      );
    });
    call.end(text);
  });

export const jsonOf = <Body = Record<string, unknown>>(reply: Reply): Body => JSON.parse(reply.text) as Body;

/** The value below which this share of the sorted values lies. */
export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
