import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 400;

/** Measures how long the orders that a process was at wait when it is killed: until another process claims them. */
export class ResumeWatch {
  /** Milliseconds from the kill to the next action, of each order affected by one. */
  times = [];
  watched = new Map();
  isOver = false;

  constructor(database) {
    this.database = database;
    this.watching = this.keepLooking();
  }

  /** The process was killed just now. */
  killed(pid, atMs) {
    void this.noteHeld(pid, atMs);
  }

  async noteHeld(pid, atMs) {
    const rows = await this.database.rows(
      `SELECT subject_id AS id, lease_token AS token FROM tasks JOIN processes p ON p.id = leased_by WHERE p.name = $1`,
      [`${hostname()}:${pid}`],
    );
    // An order that is watched already lost its holder earlier: that time counts.
    for (const { id, token } of rows) if (!this.watched.has(id)) this.watched.set(id, { token, atMs });
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
      'SELECT subject_id AS id, lease_token AS token FROM tasks WHERE subject_id = ANY($1)',
      [[...this.watched.keys()]],
    );
    const tokens = new Map(rows.map(({ id, token }) => [id, token]));
    for (const [id, { token, atMs }] of this.watched) {
      if (tokens.get(id) === token) continue;
      this.watched.delete(id);
      this.times.push(performance.now() - atMs);
    }
  }
}
