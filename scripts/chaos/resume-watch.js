import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 400;

/**
 * Measures how long an order waits when the process that was at it is killed. Nobody writes down which process holds
 * which order, so every order held at the moment of a kill is watched: one whose lease ran out untouched was the dead
 * process's, and its next holder is the next action on it.
 */
export class ResumeWatch {
  /** Milliseconds from the kill to the next action, of each order affected by one. */
  times = [];
  watched = new Map();
  isOver = false;

  constructor(database) {
    this.database = database;
    this.watching = this.keepLooking();
  }

  /** A process was killed just now. */
  killed(atMs) {
    void this.noteHeld(atMs);
  }

  async noteHeld(atMs) {
    const rows = await this.database.rows(
      `SELECT subject_id AS id, lease_token AS token, leased_until FROM tasks
       WHERE lease_token IS NOT NULL AND leased_until > now()`,
    );
    // An order that is watched already lost its holder earlier: that time counts.
    for (const { id, token, leased_until: until } of rows)
      if (!this.watched.has(id)) this.watched.set(id, { token, until, atMs });
  }

  /** Resolves when every order that was watched has been acted on. */
  async finish() {
    this.isOver = true;
    await this.watching;
  }

  get open() {
    return this.watched.size;
  }

  async keepLooking() {
    while (!this.isOver || this.watched.size > 0) {
      await delay(LOOK_MS);
      if (this.watched.size > 0) await this.look().catch(() => undefined);
    }
  }

  async look() {
    const rows = await this.database.rows(
      'SELECT subject_id AS id, lease_token AS token, leased_until AS until, clock_timestamp() AS now FROM tasks WHERE subject_id = ANY($1)',
      [[...this.watched.keys()]],
    );
    const [{ now }] = await this.database.rows('SELECT clock_timestamp() AS now');
    const held = new Map(rows.map((row) => [row.id, row]));
    for (const [id, mark] of this.watched) {
      const row = held.get(id);
      if (row?.token === mark.token) {
        mark.until = row.until;
        continue;
      }
      this.watched.delete(id);
      if (now >= mark.until) this.times.push(performance.now() - mark.atMs);
    }
  }
}
