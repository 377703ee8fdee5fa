import { setTimeout as delay } from 'node:timers/promises';
import { Client } from './client.js';
import { Payer } from './payer.js';
import { purchasePlan } from './purchase-plans.js';

/** So many clients, each placing one order after the other, and a payer for every order that has to be paid. */
export class Fleet {
  log = [];
  payers = new Set();
  placed = 0;
  waiting = 0;
  mayPlace = true;
  mayGoOn = true;

  constructor(cluster, key, { seed, clients, orders, apartMs }) {
    Object.assign(this, { cluster, key, seed, orders, apartMs, startedAt: performance.now() });
    this.clients = Array.from({ length: clients }, () => this.work());
  }

  async work() {
    while (this.mayPlace && this.placed < this.orders) {
      const nth = this.placed++;
      await delay(this.startedAt + nth * this.apartMs - performance.now());
      const plan = purchasePlan(this.seed, nth);
      const { apis } = this.cluster;
      const context = { seed: this.seed, apis, key: this.key, mayGoOn: () => this.mayGoOn, log: this.log };
      const client = new Client(plan, context);
      this.waiting += 1;
      await client.run();
      this.waiting -= 1;
      if (plan.payer !== null && client.entry.orderIds.size > 0) this.sendPayer(client.entry);
    }
  }

  sendPayer(entry) {
    const { apis, providers } = this.cluster;
    const payer = new Payer(entry, { apis, key: this.key, providers, mayGoOn: () => this.mayGoOn }).run();
    this.payers.add(payer);
    void payer.finally(() => this.payers.delete(payer));
  }

  /** Resolves when every order was placed and its client has the response; payers may still be at it. */
  async finished() {
    await Promise.all(this.clients);
  }

  stopPlacing() {
    this.mayPlace = false;
  }

  /** Ends what is still repeated or waited for. */
  async giveUp() {
    this.mayGoOn = false;
    await Promise.all([...this.clients, ...this.payers]);
  }
}
