import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerControl, CONTROL_PATH } from './control.js';
import { jsonAnswer, type Answer, type Call } from './exchange.js';
import { performFault, type FaultedExchange } from './fault-actions.js';
import type { QueuedFault } from './fault.js';
import type { SimulatedProvider } from './simulated-provider.js';
import type { Timers } from './timers.js';
import { sendAnswer } from './wire.js';

const BODY_LIMIT_BYTES = 1024 * 1024;
const HOSTED_PAGE_PATH = '/pay/';
/** Longer than clients keep an idle connection, so that closing it is never our surprise for them. */
const KEEP_ALIVE_MS = 75_000;

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

/** The sockets of one simulator: reads requests, lets faults have their way, writes answers. */
export class SimulatorServer {
  private readonly server: Server;
  private hostAndPort = '';

  constructor(
    private readonly simulator: SimulatedProvider,
    private readonly timers: Timers,
  ) {
    this.server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      this.visit(request, response).catch((error: unknown) => failVisit(request, response, error));
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

  private async visit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(`http://sandbox.invalid${request.url ?? '/'}`);
    const visit = { request, response, url };
    const { pathname } = url;
    if (pathname === CONTROL_PATH || pathname.startsWith(`${CONTROL_PATH}/`)) return this.control(visit);
    if (pathname.startsWith(HOSTED_PAGE_PATH)) return this.page(visit);
    const { basePath } = this.simulator.identity;
    if (pathname.startsWith(`${basePath}/`)) return this.api(visit, pathname.slice(basePath.length));
    sendAnswer(response, this.simulator.refusal(404));
  }

  private async control({ request, response, url }: Visit): Promise<void> {
    const body = await bodyOf(request);
    sendAnswer(response, await answerControl(this.simulator, { request, url, body }));
  }

  private async page({ request, response, url }: Visit): Promise<void> {
    await bodyOf(request);
    const answer = this.simulator.page(request.method ?? 'GET', url.pathname);
    sendAnswer(response, answer ?? this.simulator.refusal(404));
  }

  private async api({ request, response, url }: Visit, path: string): Promise<void> {
    const target = { method: request.method ?? 'GET', path, headers: request.headers };
    const { faults } = this.simulator;
    const body = faults.next(target)?.fault.kind === 'half_open' ? '' : await bodyOf(request);
    // From here on nothing waits: taking a fault and holding the call's key are one step.
    const rule = faults.take(target);
    const call = { ...target, query: url.searchParams, body, listsShowBeforeMs: Infinity };
    if (!rule) return sendAnswer(response, this.simulator.answer(call));
    await performFault(this.exchange(rule, call, response));
  }

  private exchange(rule: QueuedFault, call: Call, response: ServerResponse): FaultedExchange {
    const { simulator, timers } = this;
    const act = (listsShowBeforeMs = Infinity): Answer => simulator.answer({ ...call, listsShowBeforeMs });
    return {
      rule,
      response,
      socket: response.req.socket,
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

/** A client that hung up mid-body has made no request. Anything else is our own mistake, and must not look like a fault. */
const failVisit = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
  if (!request.complete || response.headersSent) return void request.socket.destroy();
  sendAnswer(response, jsonAnswer(500, { sandbox_failed: String(error) }));
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) throw new Error('The request body is larger than 1 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};
