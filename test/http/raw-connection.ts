import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { SMALL_ORDER, type ServedGateway } from './served-gateway.js';

/** A connection whose every byte a test decides. Its own side stays open, so the gateway's end of it shows what is kept there. */
export class RawConnection {
  private text = '';
  private readonly watchers = new Set<() => void>();
  private isEnded = false;
  /** The other end; null until it is accepted, and for ever if it never is. */
  private accepted: Socket | null = null;

  private constructor(
    private readonly socket: Socket,
    server: Server,
  ) {
    const accept = (accepted: Socket): void => {
      if (accepted.remotePort !== socket.localPort) return;
      this.accepted = accepted.on('close', this.changed);
      server.off('connection', accept);
    };
    server.on('connection', accept);
    const ended = (): void => {
      this.isEnded = true;
      this.changed();
    };
    socket
      .on('data', (part: Buffer) => {
        this.text += part.toString('latin1');
        this.changed();
      })
      .on('end', ended)
      .on('close', ended)
      .on('close', () => server.off('connection', accept))
      // A reset is a way to end.
      .on('error', () => undefined);
  }

  private readonly changed = (): void => this.watchers.forEach((watcher) => watcher());

  static async to(gateway: ServedGateway): Promise<RawConnection> {
    const server = gateway.app.getHttpServer() as Server;
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const connection = new RawConnection(socket, server);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return connection;
  }

  get received(): string {
    return this.text;
  }

  /** The statuses of the responses so far, in order. */
  get statuses(): number[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** The gateway has sent its last byte, and has nothing of the connection any more. @returns all that it sent */
  async closed(): Promise<string> {
    await this.until(() => this.isEnded && this.accepted?.closed !== false);
    this.socket.destroy();
    return this.text;
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!holds()) return;
        this.watchers.delete(check);
        resolve();
      };
      this.watchers.add(check);
      check();
    });
  }

  /** As when the client is gone. Resolves once the gateway has noticed. */
  hangUp(): Promise<string> {
    this.socket.destroy();
    return this.closed();
  }
}

/** Connections that the gateway holds. */
export const openConnections = (gateway: ServedGateway): Promise<number> =>
  new Promise((resolve, reject) =>
    gateway.app
      .getHttpServer()
      .getConnections((error: Error | null, count: number) => (error ? reject(error) : resolve(count))),
  );

/** The bytes of a small order under a new key. `headers` are lines of their own. */
export const rawOrder = ({ key }: ServedGateway, ...headers: readonly string[]): string => {
  const body = JSON.stringify(SMALL_ORDER);
  return [
    'POST /v1/orders HTTP/1.1',
    'Host: x',
    ...headers,
    `Authorization: Bearer ${key}`,
    `Idempotency-Key: ${randomUUID()}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
};
