import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** A look from outside into the gateway's database, which goes away and comes back during a run. */
export class Database {
  constructor(url) {
    this.pool = new pg.Pool({ connectionString: url, max: 3, application_name: 'chaos' });
    // Without a listener, a server that goes away takes this process with it.
    this.pool.on('error', () => undefined);
  }

  /** Repeats until the server responds, for at most `patienceMs`. */
  async rows(sql, values = [], patienceMs = 60_000) {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        return (await this.pool.query(sql, values)).rows;
      } catch (error) {
        if (error.severity === 'ERROR' || performance.now() > deadline) throw error;
        await delay(200);
      }
    }
  }

  /** The responses to several queries, all as of one moment. */
  async snapshot(queries) {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const responses = [];
      for (const sql of queries) responses.push((await client.query(sql)).rows);
      return responses;
    } finally {
      client.release(true);
    }
  }

  async close() {
    await this.pool.end();
  }
}
