import { request, type IncomingHttpHeaders } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Outgoing {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is when already a text. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** One request on a connection of its own. Rejects with the socket's error when no whole response arrives. */
export const send = (method: string, url: string, outgoing: Outgoing = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const { body, signal } = outgoing;
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...outgoing.headers };
    const call = request(url, { method, agent: false, headers, ...(signal ? { signal } : {}) });
    call.on('error', reject);
    call.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    call.end(text);
  });

export const jsonOf = <Body = Record<string, unknown>>(reply: Reply): Body => JSON.parse(reply.text) as Body;

export const codeOf = async (failing: Promise<unknown>): Promise<string> => {
  try {
    await failing;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code ?? (error as Error).name);
  }
  return 'no error';
};
