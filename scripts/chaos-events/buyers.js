import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../chaos/client.js';
import { Random } from '../chaos/random.js';

/** So many orders are under way at once. */
const BUYERS = 8;

const LOOK_MS = 100;

/** Place orders, one after the other each, as long as the storm wants more events. */
export class Buyers {
  log = [];
  begun = 0;
  isOver = false;

  constructor(cluster, tenants, callbacks, { seed }, wantsMore) {
    Object.assign(this, { cluster, tenants, callbacks, seed, wantsMore });
    this.buyers = Array.from({ length: BUYERS }, () => this.buy());
  }

  async buy() {
    while (!this.isOver) {
      if (this.wantsMore()) await this.placeOne(this.begun++);
      else await delay(LOOK_MS);
    }
  }

  async placeOne(nth) {
    const random = new Random(this.seed, `order ${nth}`);
    const { shop, other } = this.tenants;
    const tenant = random.chance(0.85) ? shop : other;
    const hasCallback = tenant === shop && random.chance(0.2);
    const plan = {
      nth,
      key: `events-${this.seed}-${nth}`,
      prefer: 'wait=10',
      body: {
        mass: { value: String(random.wholeBetween(1, 40)), unit: 'kg' },
        provider: 'cnaught',
        payment: { method: 'account' },
        beneficiary: { name: 'Chaos' },
        ...(hasCallback && { callback_url: `${this.callbacks.url}/${random.wholeBetween(1, 3)}` }),
      },
      copies: 1,
      patienceMs: 15_000,
      givesUp: false,
      cancels: random.chance(0.1),
      cancelAfterMs: 0,
    };
    const { apis } = this.cluster;
    await new Client(plan, { seed: this.seed, apis, key: tenant.key, mayGoOn: () => true, log: this.log }).run();
  }

  async stop() {
    this.isOver = true;
    await Promise.all(this.buyers);
  }
}
