import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import pg from 'pg';

/** What a client may ask where a protocol version is expected: encryption, twice, and the end of another's query. */
const SSL_REQUEST = 80_877_103;
const GSS_ENCRYPTION_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;

/** A connection to PostgreSQL, logged in. */
interface Backend {
  readonly stream: Duplex;
  client: Client | null;
}

interface Client {
  readonly socket: Socket;
  readonly messages: Messages;
  backend: Backend | null;
  last: Backend | null;
  /** What it has said while it waits for a backend. */
  readonly unsent: Buffer[];
  /** How many times the backend has yet to say that it is ready. */
  owed: number;
  /** Between the first message of an extended query and its Sync. */
  midQuery: boolean;
}

/**
 * PostgreSQL behind a pooler in transaction mode, as PgBouncer does it: a client has a backend from the first message
 * of a transaction to its end, and another for the next one, if another is free. Nothing is reset in between. Harder
 * than PgBouncer, which hands a notice to the client that has the backend just then and carries a few settings over, it passes
 * no notice on and ignores what a client sets at its start. Requests to cancel are dropped.
 */
export class TransactionPooler {
  /** Notices of the server that reached no client. */
  noticesDropped = 0;
  private readonly clients = new Set<Client>();
  private readonly waiting: Client[] = [];
  private readonly backends = new Set<Backend>();
  private readonly free: Backend[] = [];
  private readonly parameters = new Map<string, string>();
  private closed = false;

  private constructor(
    private readonly server: Server,
    private readonly databaseUrl: string,
    readonly url: string,
  ) {}

  static async inFrontOf(databaseUrl: string, size: number): Promise<TransactionPooler> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    const pooler = new TransactionPooler(server, databaseUrl, url.href);
    await Promise.all(Array.from({ length: size }, () => pooler.logIn()));
    server.on('connection', (socket) => pooler.join(socket));
    return pooler;
  }

  clientCount(): Promise<number> {
    return Promise.resolve(this.clients.size);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { socket } of this.clients) socket.destroy();
    for (const { stream } of this.backends) stream.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The library logs in; from then on its socket is ours. */
  private async logIn(): Promise<void> {
    const login = new pg.Client({ connectionString: this.databaseUrl });
    login.on('error', () => undefined);
    login.connection.on('parameterStatus', (status: { parameterName: string; parameterValue: string }) =>
      this.parameters.set(status.parameterName, status.parameterValue),
    );
    await login.connect();
    const { stream } = login.connection;
    if (this.closed) return void stream.destroy();
    const backend: Backend = { stream, client: null };
    const messages = new Messages(true);
    stream.removeAllListeners('data');
    stream.on('data', (chunk: Buffer) => {
      for (const message of messages.cut(chunk)) this.fromBackend(backend, message);
    });
    stream.on('close', () => this.replace(backend));
    this.backends.add(backend);
    this.release(backend);
  }

  private replace(backend: Backend): void {
    this.backends.delete(backend);
    if (this.free.includes(backend)) this.free.splice(this.free.indexOf(backend), 1);
    backend.client?.socket.destroy();
    if (!this.closed) void this.logIn();
  }

  private join(socket: Socket): void {
    const messages = new Messages(false);
    const client = { socket, messages, backend: null, last: null, unsent: [], owed: 0, midQuery: false };
    this.clients.add(client);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      for (const message of messages.cut(chunk))
        if (messages.areTyped) this.fromClient(client, message);
        else this.startUp(client, message);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.leave(client));
  }

  /** A client that leaves in the middle of a transaction takes the backend along, whose state is unknown. */
  private leave(client: Client): void {
    this.clients.delete(client);
    if (this.waiting.includes(client)) this.waiting.splice(this.waiting.indexOf(client), 1);
    client.backend?.stream.destroy();
  }

  private startUp({ socket, messages }: Client, message: Buffer): void {
    const code = message.readInt32BE(4);
    if (code === CANCEL_REQUEST) return void socket.destroy();
    if (code === SSL_REQUEST || code === GSS_ENCRYPTION_REQUEST) return void socket.write('N');
    messages.areTyped = true;
    socket.write(messageOf('R', Buffer.alloc(4)));
    for (const [name, value] of this.parameters) socket.write(messageOf('S', Buffer.from(`${name}\0${value}\0`)));
    socket.write(messageOf('K', Buffer.alloc(8)));
    socket.write(messageOf('Z', Buffer.from('I')));
  }

  private fromClient(client: Client, message: Buffer): void {
    const type = typeOf(message);
    if (type === 'X') return void client.socket.end();
    const endsQuery = ['Q', 'S', 'F'].includes(type);
    if (endsQuery) client.owed += 1;
    client.midQuery = !endsQuery;
    if (client.backend) return void client.backend.stream.write(message);
    client.unsent.push(message);
    if (!this.waiting.includes(client)) this.waiting.push(client);
    this.assign();
  }

  private fromBackend(backend: Backend, message: Buffer): void {
    const { client } = backend;
    const type = typeOf(message);
    if (type === 'A') return void (this.noticesDropped += 1);
    client?.socket.write(message);
    if (client === null || type !== 'Z') return;
    client.owed -= 1;
    const isIdle = message.toString('latin1', 5) === 'I';
    if (isIdle && client.owed === 0 && !client.midQuery) this.release(backend);
  }

  private release(backend: Backend): void {
    if (backend.client) backend.client.backend = null;
    backend.client = null;
    this.free.push(backend);
    this.assign();
  }

  private assign(): void {
    while (this.free.length > 0) {
      const client = this.waiting.shift();
      if (!client) return;
      const another = this.free.findIndex((backend) => backend !== client.last);
      const [backend] = this.free.splice(Math.max(another, 0), 1) as [Backend];
      client.backend = client.last = backend;
      backend.client = client;
      for (const message of client.unsent.splice(0)) backend.stream.write(message);
    }
  }
}

/** Cuts what arrives into messages: a type, which the first of a client lack, a length that counts itself, and a body. */
class Messages {
  private rest: Buffer = Buffer.alloc(0);

  constructor(public areTyped: boolean) {}

  *cut(chunk: Buffer): Generator<Buffer> {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const lengthAt = this.areTyped ? 1 : 0;
      if (this.rest.length < lengthAt + 4) return;
      const end = lengthAt + this.rest.readInt32BE(lengthAt);
      if (this.rest.length < end) return;
      const message = this.rest.subarray(0, end);
      this.rest = this.rest.subarray(end);
      yield message;
    }
  }
}

const typeOf = (message: Buffer): string => message.toString('latin1', 0, 1);

const messageOf = (type: string, body: Buffer): Buffer => {
  const header = Buffer.alloc(5);
  header.write(type, 'latin1');
  header.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([header, body]);
};
