import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 1_000;

/** Clients and payers that are still asking get so long, now that nothing disturbs them any more. */
const ANSWERS_MS = 45_000;

/**
 * The slowest way to an end: for One Tribe send deadline, settle time, a second send; in the long form also CNaught's
 * settle time of 5 minutes after a refusal that followed doubt, and the last pause between two sends under one key.
 */
const SETTLED_MS = { short: 150_000, long: 600_000 };

const OPEN = `status NOT IN ('completed', 'cancelled', 'failed', 'expired') AND review_reason IS NULL`;

/** Waits until every order has come to its end or to a person, then does what a day would do to the pages left open. */
export class Settling {
  constructor(stage, fleet, { isShort }) {
    Object.assign(this, { stage, fleet });
    this.withinMs = isShort ? SETTLED_MS.short : SETTLED_MS.long;
  }

  /** Resolves in any case; what has not settled by then is for the checker to find. */
  async run(onProgress) {
    await Promise.race([this.answered(), delay(ANSWERS_MS, undefined, { ref: false })]);
    await this.fleet.giveUp();
    const deadline = performance.now() + this.withinMs;
    const open = () => this.count(`${OPEN} AND status <> 'awaiting_payment'`);
    await this.until(open, deadline, onProgress);
    await this.closePages();
    await this.until(() => this.count(OPEN), deadline, onProgress);
  }

  async answered() {
    await this.fleet.finished();
    await Promise.all(this.fleet.payers);
  }

  async until(count, deadline, onProgress) {
    for (;;) {
      const left = await count();
      if (left === 0 || performance.now() > deadline) return;
      onProgress(left);
      await delay(LOOK_MS);
    }
  }

  async count(condition) {
    const [{ n }] = await this.stage.database.rows(`SELECT count(*)::int AS n FROM orders WHERE ${condition}`);
    return n;
  }

  /** A day has passed for the pages that nobody paid: CNaught says so itself, of Carbonmark's nothing can be read. */
  async closePages() {
    const { database, providers } = this.stage;
    const pages = await database.rows(
      `SELECT session_id FROM checkout_sessions JOIN orders o ON o.id = order_id
       WHERE o.status = 'awaiting_payment' AND o.provider = 'cnaught' AND session_id IS NOT NULL`,
    );
    for (const { session_id: id } of pages)
      await providers.cnaught.command('POST', `/checkouts/${id}/expire`).catch(() => undefined);
    await database.rows(
      `UPDATE checkout_sessions SET expires_at = now() FROM orders o
       WHERE o.id = order_id AND o.status = 'awaiting_payment' AND o.provider = 'carbonmark'`,
    );
    await database.rows(
      `UPDATE tasks SET run_at = now() FROM orders o
       WHERE o.id = subject_id AND o.status = 'awaiting_payment' AND lease_token IS NULL`,
    );
  }
}
