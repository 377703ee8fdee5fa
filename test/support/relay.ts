import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to a provider, read whole. */
export interface Asked {
  readonly method: string;
  /** As the provider documents it: without the base path, without the query. */
  readonly path: string;
  /** The address it came to. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the provider responds, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Responds to a request in the provider's place; `passOn` asks the provider. */
type Respond = (asked: Asked, response: ServerResponse, passOn: () => Promise<Answer>) => Promise<void>;

/** An address in front of a provider, where a test decides what becomes of each request and response. */
export class Relay {
  private constructor(
    private readonly server: Server,
    private readonly origin: URL,
  ) {}

  static async before(origin: string, respond: Respond): Promise<Relay> {
    const server = createServer((request, response) => {
      void relay.serve(request, response, respond).catch(() => request.socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const relay = new Relay(server, new URL(origin));
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.basePath}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private get basePath(): string {
    return this.origin.pathname.replace(/\/$/, '');
  }

  private async serve(request: IncomingMessage, response: ServerResponse, respond: Respond): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const body = await bodyOf(request);
    const target = new URL(url, this.origin);
    const path = target.pathname.slice(this.basePath.length);
    const asked = { method, path, url: new URL(url, this.url).href, headers, body };
    await respond(asked, response, () => passOn(target, asked));
  }
}

const passOn = async (target: URL, { method, headers, body }: Asked): Promise<Answer> => {
  const { host: _, connection: __, 'content-length': ___, ...kept } = headers;
  const init = { method, headers: kept as Record<string, string>, redirect: 'manual' as const };
  const response = await fetch(target, { ...init, ...(body !== '' && { body }) });
  const type = response.headers.get('content-type');
  return {
    status: response.status,
    headers: type === null ? {} : { 'content-type': type },
    body: Buffer.from(await response.arrayBuffer()),
  };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
