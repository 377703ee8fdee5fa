import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { matches } from '../../dev/sandbox/fault-queue.js';
import type { FaultMatch } from '../../dev/sandbox/index.js';
import { Relay, type Answer, type Asked } from '../support/relay.js';
import type { Alteration, Altered } from './altered-answer.js';

interface Meant {
  readonly match: FaultMatch;
  readonly alteration: Alteration;
  readonly neighbour: string | null;
}

const NOTHING: Answer = { status: 200, headers: {}, body: Buffer.alloc(0) };

/** Between the gateway and a provider: passes everything on, but for the answers of one endpoint, which it alters. */
export class AlteringProxy {
  /** Every request that there was. */
  readonly requests: Pick<Asked, 'method' | 'path'>[] = [];
  altered = 0;
  /** How many connections came to the address to which none may. */
  strayed = 0;
  private meant: Meant | null = null;
  private first: Answer | null = null;

  private constructor(
    private readonly elsewhere: Server,
    private relay: Relay | null = null,
  ) {}

  static async before(origin: string): Promise<AlteringProxy> {
    const elsewhere = createServer((socket) => {
      proxy.strayed += 1;
      socket.destroy();
    });
    const proxy = new AlteringProxy(elsewhere);
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    proxy.relay = await Relay.before(origin, (asked, response, passOn) => proxy.respond(asked, response, passOn));
    return proxy;
  }

  get url(): string {
    return this.relay?.url ?? '';
  }

  alter(match: FaultMatch, alteration: Alteration, neighbour: string | null): void {
    this.meant = { match, alteration, neighbour };
    this.altered = 0;
    this.first = null;
  }

  /** Everything is passed on as it is. */
  heal(): void {
    this.meant = null;
  }

  close(): void {
    this.relay?.close();
    this.elsewhere.close();
  }

  private async respond(asked: Asked, response: ServerResponse, passOn: () => Promise<Answer>): Promise<void> {
    this.requests.push({ method: asked.method, path: asked.path });
    const { meant } = this;
    const isMeant =
      meant !== null && matches(meant.match, asked) && this.altered < (meant.alteration.times ?? Infinity);
    const answer = isMeant && meant.alteration.acts === false ? NOTHING : await passOn();
    if (!isMeant) return void response.writeHead(answer.status, answer.headers).end(answer.body);
    this.altered += 1;
    this.first ??= answer;
    const { port } = this.elsewhere.address() as AddressInfo;
    const elsewhere = `http://127.0.0.1:${port}${new URL(asked.url).pathname}`;
    const setting = { asked, first: this.first, elsewhere, neighbour: meant.neighbour };
    send(response, meant.alteration.alter(answer, setting));
  }
}

/** Past the server's own writing of responses, which would not let most of these out. */
const send = (response: ServerResponse, { bytes, afterwards }: Altered): void => {
  const { socket } = response;
  socket?.on('error', () => undefined);
  if (afterwards === 'is_reset') return void socket?.resetAndDestroy();
  if (afterwards === 'stays_open') return void socket?.write(bytes);
  socket?.end(bytes);
};
