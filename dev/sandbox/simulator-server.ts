import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { controlResponse, CONTROL_PATH } from './control.js';
import { jsonResponse, type SimulatedResponse, type Call } from './http-messages.js';
import { performFault, type FaultedExchange } from './fault-actions.js';
import type { QueuedFault } from './fault.js';
import type { SimulatedProvider } from './simulated-provider.js';
import type { Timers } from './timers.js';
import { sendResponse } from './wire.js';

const BODY_LIMIT_BYTES = 1024 * 1024;
const HOSTED_PAGE_PATH = '/pay/';
/** Longer than clients keep an idle connection, so that they close it first. */
const KEEP_ALIVE_MS = 75_000;

interface Visit {
  readonly request: IncomingMessage;
  readonly serverResponse: ServerResponse;
  readonly url: URL;
}

/** The sockets of one simulator: reads requests, applies faults, writes responses. */
export class SimulatorServer {
  private readonly server: Server;
  private hostAndPort = '';

  constructor(
    private readonly simulator: SimulatedProvider,
    private readonly timers: Timers,
  ) {
    this.server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, serverResponse) => {
      this.visit(request, serverResponse).catch((error: unknown) => failVisit(request, serverResponse, error));
    });
    this.server.on('clientError', (_, socket) => socket.destroy());
  }

  get origin(): string {
    return `http://${this.hostAndPort}`;
  }

  async listen(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    const address = this.server.address() as AddressInfo;
    this.hostAndPort = `${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async visit(request: IncomingMessage, serverResponse: ServerResponse): Promise<void> {
    const address = `http://sandbox.invalid${request.url ?? '/'}`;
    if (!URL.canParse(address)) return sendResponse(serverResponse, this.simulator.refusal(400));
    const url = new URL(address);
    const visit = { request, serverResponse, url };
    const { pathname } = url;
    if (pathname === CONTROL_PATH || pathname.startsWith(`${CONTROL_PATH}/`)) return this.control(visit);
    if (pathname.startsWith(HOSTED_PAGE_PATH)) return this.page(visit);
    const { basePath } = this.simulator.identity;
    if (pathname.startsWith(`${basePath}/`)) return this.api(visit, pathname.slice(basePath.length));
    sendResponse(serverResponse, this.simulator.refusal(404));
  }

  private async control({ request, serverResponse, url }: Visit): Promise<void> {
    const body = await bodyOf(request);
    sendResponse(serverResponse, await controlResponse(this.simulator, { request, url, body }));
  }

  private async page({ request, serverResponse, url }: Visit): Promise<void> {
    await bodyOf(request);
    const response = this.simulator.page(request.method ?? 'GET', url.pathname);
    sendResponse(serverResponse, response ?? this.simulator.refusal(404));
  }

  private async api({ request, serverResponse, url }: Visit, path: string): Promise<void> {
    const target = { method: request.method ?? 'GET', path, headers: request.headers };
    const { faults } = this.simulator;
    const body = faults.next(target)?.fault.kind === 'half_open' ? '' : await bodyOf(request);
    if (body === null) return sendResponse(serverResponse, this.simulator.refusal(413));
    // From here on nothing waits: taking a fault and holding the call's key are one step.
    const rule = faults.take(target);
    const call = { ...target, query: url.searchParams, body, listsShowBeforeMs: Infinity };
    if (!rule) return sendResponse(serverResponse, this.simulator.respond(call));
    await performFault(this.exchange(rule, call, serverResponse));
  }

  private exchange(rule: QueuedFault, call: Call, serverResponse: ServerResponse): FaultedExchange {
    const { simulator, timers } = this;
    const act = (listsShowBeforeMs = Infinity): SimulatedResponse => simulator.respond({ ...call, listsShowBeforeMs });
    return {
      rule,
      serverResponse,
      socket: serverResponse.req.socket,
      timers,
      statusField: simulator.identity.statusField,
      idField: simulator.identity.idField,
      nowMs: () => simulator.nowMs(),
      act,
      hold: () => simulator.hold(call),
      refusal: (status) => simulator.refusal(status),
      actLater: (afterMs) => {
        const release = simulator.hold(call);
        const actAtLast = (): void => {
          release();
          act();
        };
        simulator.lateEffects.add(actAtLast, afterMs);
      },
      forgetKeys: () => simulator.forgetKeys(),
      insertForeignRow: () => simulator.insertForeignRow(),
      deleteForeignRow: (ids) => simulator.deleteForeignRow(ids),
    };
  }
}

/**
 * A client that hung up mid-body has made no request. Anything else is our own mistake, and must not look like a fault.
 */
const failVisit = (request: IncomingMessage, serverResponse: ServerResponse, error: unknown): void => {
  if (!request.complete || serverResponse.headersSent) return void request.socket.destroy();
  sendResponse(serverResponse, jsonResponse(500, { sandbox_failed: String(error) }));
};

/** Null when it is larger than the limit: read to its end all the same, because only then does a client read a refusal. */
const bodyOf = async (request: IncomingMessage): Promise<string | null> => {
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
    else chunks = [];
  }
  return bytes > BODY_LIMIT_BYTES ? null : Buffer.concat(chunks).toString('utf8');
};
