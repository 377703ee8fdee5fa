import { EventEmitter, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the wire does with a request by itself; null passes it on to the provider. */
export type WireFault = 'endless_headers' | 'huge_headers' | 'dripped_status_line' | null;

const HUGE_HEADERS = Array.from({ length: 1_024 }, (_, index) => `x-${index}: ${'h'.repeat(1_024)}\r\n`).join('');

/** A way to a provider on which a test sees who is connected, and breaks responses above their body. */
export class WatchedWire extends EventEmitter {
  fault: WireFault = null;
  private readonly open = new Set<Socket>();
  private readonly asked = new Set<Socket>();
  private readonly responded = new Set<Socket>();
  private readonly timers = new Set<NodeJS.Timeout>();

  private constructor(
    private readonly server: Server,
    private readonly origin: URL,
  ) {
    super();
    server.on('connection', (client) => this.join(client));
  }

  static async to(origin: string): Promise<WatchedWire> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WatchedWire(server, new URL(origin));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.origin.pathname.replace(/\/$/, '')}`;
  }

  /** From now on, connections count as asked and responded anew. */
  forget(): void {
    this.asked.clear();
    this.responded.clear();
  }

  /** Resolves once a request has begun to arrive on so many connections. */
  async isAsked(connections: number): Promise<void> {
    while (this.asked.size < connections) await once(this, 'asked');
  }

  /** Resolves once a response has begun to go out on so many connections. */
  async hasResponded(connections: number): Promise<void> {
    while (this.responded.size < connections) await once(this, 'responded');
  }

  /** Resolves once no connection is left. */
  async isLeft(): Promise<void> {
    while (this.open.size > 0) await once(this, 'left');
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
    for (const socket of this.open) socket.destroy();
    this.server.close();
  }

  private join(client: Socket): void {
    this.open.add(client);
    const provider = connect(Number(this.origin.port), this.origin.hostname);
    client.on('data', (bytes: Buffer) => {
      this.asked.add(client);
      this.emit('asked');
      if (this.fault === null) provider.write(bytes);
      else this.respond(client, this.fault);
    });
    provider.on('data', (bytes: Buffer) => {
      if (this.send(client, bytes)) return;
      // The provider is only as fast as the client reads, or an endless body would fill this process.
      provider.pause();
      client.once('drain', () => provider.resume());
    });
    client.on('error', () => client.destroy()).on('close', () => this.leave(client, provider));
    provider.on('error', () => client.destroy()).on('close', () => client.destroy());
  }

  private leave(client: Socket, provider: Socket): void {
    provider.destroy();
    this.open.delete(client);
    this.emit('left');
  }

  private send(client: Socket, bytes: Buffer | string): boolean {
    this.responded.add(client);
    this.emit('responded');
    return client.write(bytes);
  }

  private respond(client: Socket, fault: NonNullable<WireFault>): void {
    if (fault === 'huge_headers') return void this.send(client, `HTTP/1.1 200 OK\r\n${HUGE_HEADERS}\r\n{}`);
    if (fault === 'endless_headers') this.send(client, 'HTTP/1.1 200 OK\r\n');
    const piece = fault === 'endless_headers' ? 'x: y\r\n' : ' ';
    if (fault === 'dripped_status_line') this.send(client, 'HTTP/1.1 200');
    const timer = setInterval(() => client.write(piece), 20);
    this.timers.add(timer);
    client.once('close', () => clearInterval(timer));
  }
}
