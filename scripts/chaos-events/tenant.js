import { setTimeout as delay } from 'node:timers/promises';
import { send } from '../chaos/http.js';

const SCOPES = 'orders:write,orders:read,events:read,webhooks:manage';

/** Somebody who calls the gateway, at whichever of its processes responds. */
export class Tenant {
  static async open(cluster, name, scopes = SCOPES) {
    return Object.assign(new Tenant(), { cluster, name, ...(await cluster.newTenant(name, scopes)) });
  }

  /** The response of a call that must be accepted, repeated while no process responds. */
  async call(method, path, body) {
    const headers = { authorization: `Bearer ${this.key}`, 'idempotency-key': crypto.randomUUID() };
    for (let nth = 0; nth < 50; nth++) {
      const { apis } = this.cluster;
      const response = await send(method, apis[nth % apis.length].url + path, { headers, body });
      if (response.status < 300) return response.json;
      if (response.status !== undefined && response.status !== 503)
        throw new Error(`${method} ${path} gave ${response.text}`);
      await delay(200);
    }
    throw new Error(`${method} ${path}: no process responds`);
  }
}
