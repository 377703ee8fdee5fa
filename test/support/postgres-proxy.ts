import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to PostgreSQL that a test can close, lead elsewhere, or leave open and say nothing on. */
export class PostgresProxy {
  private readonly sockets = new Set<Socket>();
  private readonly frozen = new Set<Socket>();
  private silent = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
    private target: URL,
  ) {}

  static async inFrontOf(databaseUrl: string): Promise<PostgresProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    const proxy = new PostgresProxy(server, url.href, new URL(databaseUrl));
    server.on('connection', (client) => proxy.join(client));
    return proxy;
  }

  /** New connections go to another server, as when an address moves. Those that exist stay where they are. */
  leadTo(databaseUrl: string): void {
    this.target = new URL(databaseUrl);
  }

  /** Connections are refused, and those that exist are cut. */
  async close(): Promise<void> {
    this.dropAll();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async reopen(): Promise<void> {
    this.silent = false;
    if (this.server.listening) return this.dropAll();
    this.server.listen(Number(new URL(this.url).port), '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** Connections that exist are cut; new ones are accepted, and nothing ever comes back on them. */
  fallSilent(): void {
    this.silent = true;
    this.dropAll();
  }

  /** Connections that exist stay open and nothing passes on them any more: the other end is gone without a word. */
  freeze(): void {
    for (const socket of this.sockets) this.frozen.add(socket.unpipe().pause());
    this.sockets.clear();
  }

  /** As when the other end is back, and knows nothing of them: its server lets go of what they held there. */
  endFrozen(): void {
    for (const socket of this.frozen) socket.destroy();
    this.frozen.clear();
  }

  /** Connections that exist are ended; new ones go on as before. */
  dropAll(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    this.endFrozen();
  }

  private join(client: Socket): void {
    const upstream = connect(Number(this.target.port), this.target.hostname);
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    if (this.silent) return;
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  }
}
