import { setTimeout as delay } from 'node:timers/promises';
import { send } from './http.js';
import { Random } from './random.js';

/** A retry waits this long, twice as long each time, up to the second value. */
const RETRY_MS = [200, 3_000];

/** Repeated with the same key until there is a response: no response, 5xx, too many requests, the first one still at work. */
const isWorthRepeating = ({ error, status, json }) =>
  error !== undefined || status >= 500 || status === 429 || (status === 409 && json?.code === 'request_in_progress');

/** Places one order as its plan says, and keeps a log of all it was told. */
export class Client {
  constructor(plan, { seed, apis, key, mayGoOn, log }) {
    Object.assign(this, { plan, apis, mayGoOn, log });
    this.random = new Random(seed, `client ${plan.nth}`);
    this.headers = { authorization: `Bearer ${key}` };
    this.entry = {
      ...plan,
      responses: [],
      orderIds: new Set(),
      pages: new Set(),
      outcome: 'no response',
      cancelOutcome: null,
    };
    log.push(this.entry);
  }

  /** Resolves when every copy of the request has its response, or was given up, or is out of time. */
  async run() {
    const { plan, entry } = this;
    const last = await Promise.all(Array.from({ length: plan.copies }, () => this.place()));
    const responded = last.filter((response) => response !== null);
    if (responded.length > 0)
      entry.outcome = responded[0].status < 300 ? 'accepted' : `refused: ${responded[0].json?.code}`;
    else if (plan.givesUp) entry.outcome = 'gave up';
    const [orderId] = entry.orderIds;
    if (orderId === undefined || entry.outcome !== 'accepted') return;
    await this.read(orderId);
    if (plan.cancels) await this.cancel(orderId);
  }

  /** The final response, or null. */
  place() {
    const { key, prefer, body, patienceMs, givesUp } = this.plan;
    const headers = { 'idempotency-key': key, prefer };
    return this.untilResponse('POST', '/v1/orders', { headers, body, timeoutMs: patienceMs }, givesUp ? 1 : Infinity);
  }

  /** A client that was given an order can read it, at any process that responds. */
  async read(orderId) {
    const response = await this.untilResponse('GET', `/v1/orders/${orderId}`, {}, 5);
    if (response !== null && response.status !== 200) this.entry.unreadable = response.status;
  }

  async cancel(orderId) {
    await delay(this.plan.cancelAfterMs);
    const headers = { 'idempotency-key': `${this.plan.key}-cancel` };
    const response = await this.untilResponse(
      'POST',
      `/v1/orders/${orderId}/cancel`,
      { headers, timeoutMs: 20_000 },
      8,
    );
    this.entry.cancelOutcome = response === null ? 'no response' : (response.json?.code ?? response.json?.status);
  }

  async untilResponse(method, path, request, tries) {
    let pauseMs = RETRY_MS[0];
    for (let left = tries; left > 0 && this.mayGoOn(); left--) {
      const { url } = this.random.of(this.apis);
      const response = await send(method, url + path, { ...request, headers: { ...this.headers, ...request.headers } });
      this.note(method, path, response);
      if (!isWorthRepeating(response)) return response;
      await delay(pauseMs * this.random.between(0.5, 1));
      pauseMs = Math.min(pauseMs * 2, RETRY_MS[1]);
    }
    return null;
  }

  note(method, path, { error, status, json }) {
    const { entry } = this;
    entry.responses.push({ method, path, said: error ?? status, code: json?.code ?? null });
    if (path !== '/v1/orders') return;
    const orderId = status < 300 ? json?.id : json?.order_id;
    if (orderId) entry.orderIds.add(orderId);
    if (json?.checkout?.url) entry.pages.add(json.checkout.url);
  }
}
