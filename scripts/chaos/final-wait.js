import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal, ORDER_STATUSES } from '../../dist/src/domain/orders/lifecycle.js';

const LOOK_MS = 1_000;

/** Clients and payers that are still asking get so long, now that nothing disturbs them any more. */
const LAST_RESPONSES_MS = 45_000;

/**
 * The slowest way to an end: for One Tribe send deadline, visibility delay, a second send; in the long form also CNaught's
 * visibility delay of 5 minutes after a refusal that followed doubt, and the last pause between two sends under one key.
 */
const WITHIN_MS = { short: 150_000, long: 600_000 };

/** Beside orders that have no end yet: those of which a payer brought back a true id that has not been read twice. */
const OPEN = `
  SELECT count(*)::int AS left FROM orders o
  WHERE (o.status <> ALL($1) AND o.review_reason IS NULL)
     OR EXISTS (SELECT FROM purchase_claims c WHERE c.order_id = o.id AND c.verdict = 'claimed' AND c.looks < 2
                   AND c.provider_order_id NOT LIKE 'made-up-%')`;
const TERMINAL = ORDER_STATUSES.filter(isTerminal);

/** Does what a day would do to the pages left open, and waits until every order has come to its end or to a person. */
export class FinalWait {
  /** Orders whose page is closed already. */
  closed = [];

  constructor(cluster, fleet, { isShort }) {
    Object.assign(this, { cluster, fleet });
    this.withinMs = isShort ? WITHIN_MS.short : WITHIN_MS.long;
  }

  /** Resolves in any case; an order still open by then is for the checker to find. */
  async run(onProgress) {
    await Promise.race([this.allResponded(), delay(LAST_RESPONSES_MS, undefined, { ref: false })]);
    await this.fleet.giveUp();
    const deadline = performance.now() + this.withinMs;
    for (;;) {
      await this.closePages();
      const [{ left }] = await this.cluster.database.rows(OPEN, [TERMINAL]);
      if (left === 0 || performance.now() > deadline) return;
      onProgress(left);
      await delay(LOOK_MS);
    }
  }

  async allResponded() {
    await this.fleet.finished();
    await Promise.all(this.fleet.payers);
  }

  /** A day has passed for the pages that were not paid: CNaught says so itself, of Carbonmark's nothing can be read. */
  async closePages() {
    const { database, providers } = this.cluster;
    const pages = await database.rows(
      `SELECT order_id, session_id, o.provider FROM checkout_sessions JOIN orders o ON o.id = order_id
       WHERE o.status = 'awaiting_payment' AND order_id <> ALL($1)`,
      [this.closed],
    );
    for (const { session_id: id, provider } of pages)
      if (provider === 'cnaught' && id !== null)
        await providers.cnaught.command('POST', `/checkouts/${id}/expire`).catch(() => undefined);
    const ids = pages.map(({ order_id: id }) => id);
    await database.rows(
      `UPDATE checkout_sessions SET expires_at = now() FROM orders o
       WHERE o.id = order_id AND o.provider = 'carbonmark' AND order_id = ANY($1)`,
      [ids],
    );
    await database.rows('UPDATE tasks SET run_at = now() WHERE subject_id = ANY($1) AND lease_token IS NULL', [ids]);
    this.closed.push(...ids);
  }
}
