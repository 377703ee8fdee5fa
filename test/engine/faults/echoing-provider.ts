import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the provider blurts out: everything in places for people, or the key itself as its word for the failure. */
export type Echo = 'in_messages' | 'as_code' | null;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** In front of a provider: passes requests on, or responds to them with what they brought, key and all. */
export class EchoingProvider {
  echo: Echo = null;
  /** Status of a response that echoes. */
  status = 500;
  /** Everything that was ever sent to it: head and body. */
  readonly received: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly origin: URL,
    private readonly key: string,
  ) {}

  static async before(origin: string, key: string): Promise<EchoingProvider> {
    const server = createServer((request, response) => {
      void (async () => {
        const body = await bodyOf(request);
        const sent = JSON.stringify(request.headers) + body;
        provider.received.push(sent);
        if (provider.echo !== null)
          return void response
            .writeHead(provider.status, { 'content-type': 'application/problem+json', 'x-you-sent': sent })
            .end(provider.words(sent));
        const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
        const init = { method: request.method ?? 'GET', headers: headers as Record<string, string> };
        const url = new URL(request.url ?? '/', provider.origin);
        const passedOn = await fetch(url, { ...init, ...(body !== '' && { body }) });
        const type = passedOn.headers.get('content-type') ?? 'text/plain';
        response.writeHead(passedOn.status, { 'content-type': type }).end(await passedOn.text());
      })().catch(() => request.socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const provider = new EchoingProvider(server, new URL(origin), key);
    return provider;
  }

  get url(): string {
    const path = this.origin.pathname.replace(/\/$/, '');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** In the error shapes of all three providers at once. */
  private words(sent: string): string {
    const code = this.echo === 'as_code' ? this.key : 'BadRequest';
    const message = `the key ${this.key} sent ${sent}`;
    const type = `https://provider.example/problems/${code}`;
    return JSON.stringify({ type, title: message, detail: message, error: { code, message }, message });
  }
}
