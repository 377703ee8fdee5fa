import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 50;

/** A number for each row as it is written. The feed does without one. */
const NUMBER_EVENTS = 'ALTER TABLE order_events ADD COLUMN serial BIGINT GENERATED ALWAYS AS IDENTITY';

const BY = { serial: 'serial', clock: 'occurred_at' };

/**
 * Reads events as is usually done, from the last number or the last time that was seen: the control. A run in which
 * these miss nothing had no transaction that could be missed, and proves nothing.
 */
export class UsualMistake {
  seen = new Set();
  last = null;
  isOver = false;

  static async both(database) {
    await database.rows(NUMBER_EVENTS);
    return Object.keys(BY).map((name) => new UsualMistake(name, database));
  }

  constructor(name, database) {
    Object.assign(this, { name, database });
  }

  start() {
    this.reading = this.read();
  }

  async stop() {
    this.isOver = true;
    await this.reading;
  }

  async read() {
    const column = BY[this.name];
    for (;;) {
      const wasOver = this.isOver;
      const rows = await this.database.rows(
        `SELECT id, ${column}::text AS position FROM order_events
         WHERE $1::text IS NULL OR ${column} > $1::text::${this.name === 'serial' ? 'bigint' : 'timestamptz'} ORDER BY ${column} LIMIT 1000`,
        [this.last],
      );
      for (const { id } of rows) this.seen.add(id);
      this.last = rows.at(-1)?.position ?? this.last;
      if (wasOver && rows.length === 0) return;
      await delay(LOOK_MS);
    }
  }
}
