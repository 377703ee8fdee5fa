import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Random } from '../chaos/random.js';
import { newId } from '../../dist/src/persistence/database/new-id.js';

const HELD_MS = [1_500, 5_000];
const PAUSE_MS = [200, 1_500];

/** An order that has ended, so that nobody waits for the transaction that holds it. */
const CHANGE_ORDER = `
  UPDATE orders o SET version = o.version + 1, updated_at = now()
  WHERE o.id = (SELECT id FROM orders WHERE status = 'completed' ORDER BY md5(id || $1) LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
  RETURNING o.id, o.tenant_id, o.status, o.version, order_state(o) AS state`;
const ADD_EVENT = `
  INSERT INTO order_events (id, order_id, tenant_id, sequence, type, from_status, to_status, source, occurred_at, state)
  VALUES ($1, $2, $3, $4, 'order.updated', $5, $5, 'operator', now(), $6)`;

/**
 * Writes events in transactions that stay open for seconds, while others that began later commit: whoever reads on by a
 * number or by a time has passed these events when they appear. As the application's role, as a gateway might.
 */
export class SlowWriter {
  written = 0;
  stopping = new AbortController();

  constructor(cluster, { seed }, nth) {
    this.random = new Random(seed, `slow writer ${nth}`);
    this.client = new pg.Client({ connectionString: cluster.postgres.applicationUrl, application_name: 'slow writer' });
  }

  async start() {
    await this.client.connect();
    this.writing = this.write();
  }

  async stop() {
    this.stopping.abort();
    await this.writing;
    await this.client.end();
  }

  async write() {
    while (await this.pause(this.random.between(...PAUSE_MS))) await this.writeOne();
  }

  async writeOne() {
    await this.client.query('BEGIN');
    const [order] = (await this.client.query(CHANGE_ORDER, [String(this.random.next())])).rows;
    if (order !== undefined) {
      const { id, tenant_id: tenantId, version, status, state } = order;
      await this.client.query(ADD_EVENT, [newId('evt'), id, tenantId, version, status, state]);
      await this.pause(this.random.between(...HELD_MS));
    }
    await this.client.query('COMMIT');
    if (order !== undefined) this.written += 1;
  }

  /** False when the run is over. */
  pause(ms) {
    return delay(ms, true, { signal: this.stopping.signal }).catch(() => false);
  }
}
