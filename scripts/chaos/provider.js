import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { send } from './http.js';

const SANDBOX_KEYS = {
  cnaught: 'sandbox-cnaught-key-000000000000',
  carbonmark: 'cm_api_sandbox_00000000-0000-4000-8000-000000000000',
  one_tribe: 'sandbox-one-tribe-key-0000000000',
};

/** Ledger kinds: what commits someone to pay, and what takes that back. */
const BOUGHT = { cnaught: 'order_created', carbonmark: 'checkout_paid', one_tribe: 'transaction_created' };
const UNDONE = new Set(['order_cancelled', 'transaction_deleted', 'payment_refunded']);

/** One simulated provider, through its control API. */
export class Provider {
  static all({ cnaught, carbonmark, oneTribe }, ledgers) {
    const at = (port) => `http://127.0.0.1:${port}`;
    return {
      cnaught: new Provider('cnaught', 'cnaught', at(cnaught), ledgers, (key, url) => ({
        CNAUGHT_API_KEY: key,
        CNAUGHT_BASE_URL: `${url}/v1`,
      })),
      carbonmark: new Provider('carbonmark', 'carbonmark', at(carbonmark), ledgers, (key, url) => ({
        CARBONMARK_API_KEY: key,
        CARBONMARK_CHECKOUT_URL: url,
        CARBONMARK_API_URL: url,
      })),
      one_tribe: new Provider('one_tribe', 'one-tribe', at(oneTribe), ledgers, (key, url) => ({
        ONE_TRIBE_API_KEY: key,
        ONE_TRIBE_BASE_URL: `${url}/v1`,
      })),
    };
  }

  constructor(id, slug, origin, ledgers, envOf) {
    this.id = id;
    this.origin = origin;
    this.ledgerFile = join(ledgers, `${slug}.ledger.jsonl`);
    this.gatewayEnv = envOf(SANDBOX_KEYS[id], origin);
  }

  async command(method, path, body) {
    const response = await send(method, `${this.origin}/_sandbox${path}`, { body, timeoutMs: 30_000 });
    if (response.status === 200) return response.json;
    throw new Error(`${this.id} refused ${method} ${path}: ${response.error ?? response.text}`);
  }

  async ledger() {
    const text = await readFile(this.ledgerFile, 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  }

  /** Every purchase on record, with what is needed to find whose it is. */
  async purchases() {
    const entries = await this.ledger();
    const undone = new Set(entries.filter(({ kind }) => UNDONE.has(kind)).map(({ id }) => id));
    return entries
      .filter(({ kind }) => kind === BOUGHT[this.id])
      .map(({ id, reference, massGrams, at, seq }) => ({
        provider: this.id,
        id,
        reference,
        massGrams,
        at,
        seq,
        isUndone: undone.has(id),
      }));
  }
}
