import { setTimeout as delay } from 'node:timers/promises';
import { isOutcomePending } from '../../dist/src/domain/orders/lifecycle.js';
import { send } from './http.js';

/** How often a payer looks whether there is a page to pay on. */
const LOOK_MS = 1_500;

/** A browser that cannot reach the shop's gateway is reloaded so often. */
const RELOADS = 20;
const RELOAD_MS = 1_000;

const BUTTON = {
  'pays and comes back': 'pay',
  'pays and closes the browser': 'pay-and-stay',
  'turns back': 'cancel',
};

/** Goes to the hosted checkout of one order, once the gateway shows one, and does there what the plan says. */
export class Payer {
  constructor(entry, { apis, key, providers, mayGoOn }) {
    Object.assign(this, { entry, apis, mayGoOn, provider: providers[entry.provider] });
    this.headers = { authorization: `Bearer ${key}` };
  }

  async run() {
    const page = await this.page();
    if (page === null) return;
    await delay(this.entry.payAfterMs);
    const button = BUTTON[this.entry.payer];
    if (button === undefined) return this.letExpire(page);
    const { status, headers } = await send('POST', `${page}/${button}`);
    this.entry.paid = status === 303 && button !== 'cancel';
    if (status === 303 && button !== 'pay-and-stay') {
      await this.makeUp(headers.location);
      await this.comeBack(headers.location);
    }
    // CNaught's page can still be paid after turning back: it is closed here, so that the run has an end.
    if (button === 'cancel') await this.letExpire(page);
  }

  /** @returns null if the order never had a page, or the run is over. */
  async page() {
    const [orderId] = this.entry.orderIds;
    for (let nth = 0; this.mayGoOn(); nth++) {
      const { url } = this.apis[nth % this.apis.length];
      const { json } = await send('GET', `${url}/v1/orders/${orderId}`, { headers: this.headers, timeoutMs: 5_000 });
      if (json?.checkout?.url) this.entry.pages.add(json.checkout.url);
      if (json?.status === 'awaiting_payment') return json.checkout.url;
      if (json?.status !== undefined && !isOutcomePending(json.status)) return null;
      await delay(LOOK_MS);
    }
    return null;
  }

  /** Made-up ids at the address of the return, before the true one. */
  async makeUp(location) {
    const [back] = /^.*\/v1\/returns\/[^/]+/.exec(new URL(location).pathname) ?? [];
    for (let nth = 0; nth < this.entry.madeUp; nth++) {
      const { url } = this.apis[nth % this.apis.length];
      await send('GET', `${url}${back}/made-up-${nth}`, { timeoutMs: 5_000 });
    }
  }

  async comeBack(location) {
    for (let left = RELOADS; left > 0; left--) {
      // Any process serves the public address; a load balancer sends the browser to one that is up.
      const { url } = this.apis[left % this.apis.length];
      const { status } = await send('GET', url + new URL(location).pathname, { timeoutMs: 5_000 });
      if (status === 303) {
        this.entry.cameBack = true;
        return;
      }
      await delay(RELOAD_MS);
    }
  }

  /** Only CNaught shows an expired page; what became of Carbonmark's cannot be read without a payment. */
  async letExpire(page) {
    if (this.entry.provider !== 'cnaught') return;
    await this.provider.command('POST', `/checkouts/${page.split('/').at(-1)}/expire`).catch(() => undefined);
  }
}
