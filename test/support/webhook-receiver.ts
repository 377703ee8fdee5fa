import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A receiver of webhooks on a socket of this machine: remembers what came, and answers as it is told to. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** Connections so far, whatever was sent over them. */
  connections = 0;
  /** Given the request that has been read. */
  answer: (response: ServerResponse, request: Received) => void = (response) => void response.writeHead(204).end();
  private waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  private constructor(private readonly server: Server) {
    server.on('connection', () => (this.connections += 1));
    server.on('request', (request, response) => void this.take(request, response));
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new WebhookReceiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`;
  }

  answerWith(status: number, headers: Readonly<Record<string, string>> = {}): void {
    this.answer = (response) => void response.writeHead(status, headers).end('told');
  }

  /** Resolves when so many requests have come since the start. */
  async untilReceived(count: number): Promise<void> {
    if (this.received.length >= count) return;
    await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request) body += String(part);
    const received = { path: request.url ?? '', headers: request.headers as Record<string, string>, body };
    this.received.push(received);
    this.answer(response, received);
    for (const { count, resolve } of this.waiting) if (this.received.length >= count) resolve();
    this.waiting = this.waiting.filter(({ count }) => this.received.length < count);
  }
}
