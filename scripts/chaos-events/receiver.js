import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { freePort } from '../../test/support/free-port.js';
import { Random } from '../chaos/random.js';

/** An event as it was told, whoever told it: equal texts have equal hashes. */
export const hashOf = (event) => createHash('sha256').update(JSON.stringify(event)).digest('base64');

/**
 * Somebody's HTTP server that events are sent to. How it answers is drawn anew for each request, by the weights of its
 * temper: 30 % failing means that every event, and every repeat of it, fails with that chance.
 */
export class Receiver {
  /**
   * Every request whose body came whole: its webhook-id, the event in it and whether its signature holds, what was done
   * with it, the status that was said (null for none), and the one of a whole answer.
   */
  requests = [];
  /** Requests that broke off, as when the sender was killed. */
  brokenOff = 0;
  verifiers = [];
  times = new Map();

  static async open({ name, temper, isDead = false }, { seed }) {
    const receiver = new Receiver(name, temper, seed);
    receiver.port = await freePort();
    if (!isDead) await receiver.listen();
    return receiver;
  }

  constructor(name, temper, seed) {
    Object.assign(this, { name, temper, seed, isFailing: temper.length > 1 });
  }

  /** Of all requests. Null for one that does not fail on purpose. */
  get failedShare() {
    if (!this.isFailing || this.requests.length === 0) return null;
    return this.requests.filter(({ act }) => !SUCCEEDS.has(act)).length / this.requests.length;
  }

  get url() {
    return `http://127.0.0.1:${this.port}/${this.name}`;
  }

  async listen() {
    this.server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
      this.receive(request, response).catch(() => (this.brokenOff += 1));
    });
    await once(this.server.listen(this.port, '127.0.0.1'), 'listening');
  }

  /** Of the endpoint that is this receiver. */
  trust(secret) {
    this.verifiers.push(new Webhook(secret));
  }

  /** From now on every request succeeds. */
  recover() {
    this.temper = [[1, 'ok']];
  }

  async receive(request, response) {
    const startedAt = Date.now();
    const body = await text(request);
    const { 'webhook-id': id } = request.headers;
    const nth = (this.times.get(id) ?? 0) + 1;
    this.times.set(id, nth);
    const random = new Random(this.seed, `${this.name} ${id} ${nth}`);
    const act = random.weighted(this.temper);
    const target = `http://127.0.0.1:${this.port}${request.url}`;
    const entry = { id, target, startedAt, ...this.read(body, request.headers), act, said: null, answered: null };
    this.requests.push(entry);
    response.once('finish', () => (entry.answered = response.statusCode));
    await ACTS[act](request, response, random);
    if (response.headersSent) entry.said = response.statusCode;
  }

  read(body, headers) {
    const isSigned = this.verifiers.some((verifier) => {
      try {
        verifier.verify(body, headers, { jsonParse: false });
        return true;
      } catch {
        return false;
      }
    });
    try {
      const event = JSON.parse(body);
      const { id, type, sequence } = event;
      return { event: { id, type, sequence }, hash: hashOf(event), isSigned };
    } catch {
      return { event: null, hash: null, isSigned };
    }
  }

  close() {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

const SUCCEEDS = new Set(['ok', 'ok, slowly']);

/** Nobody listens there. */
const ELSEWHERE = 'http://127.0.0.1:9/elsewhere';

const ACTS = {
  ok: (_, response) => response.writeHead(204).end(),
  'ok, slowly': async (_, response, random) => {
    await delay(random.between(500, 2_000));
    response.writeHead(200).end('thanks');
  },
  '5xx': (_, response, random) => response.writeHead(random.of([500, 502, 503, 504])).end('try again'),
  '4xx': (_, response, random) => response.writeHead(random.of([400, 401, 404, 409, 429])).end('not now'),
  redirect: (_, response, random) =>
    response.writeHead(random.of([301, 302, 303, 307, 308]), { location: ELSEWHERE }).end(),
  reset: (request) => request.socket.resetAndDestroy(),
  'cut answer': (request, response) => {
    response.writeHead(500, { 'content-length': 100 }).write('half');
    setImmediate(() => request.socket.destroy());
  },
  'no answer': () => undefined,
};
