import { setTimeout as delay } from 'node:timers/promises';
import { send } from '../chaos/http.js';
import { Random } from '../chaos/random.js';
import { hashOf } from './receiver.js';

const PAUSE_MS = [50, 400];

/**
 * Reads the feed from its beginning, page by page, and goes on from where it was: at whichever process responds, while
 * these are killed, too. `filter` are the parameters of the feed; `waitSeconds` makes it wait there instead of asking
 * again; `goesOnFrom` says which of the two it keeps, `next_after` or the id of the last event.
 */
export class FeedReader {
  /** Every event that it was told, in that order. */
  told = [];
  pages = 0;
  repeats = 0;
  /** Responses that no reader should get. */
  refusals = [];
  after = null;
  isOver = false;

  constructor(profile, cluster, { seed }) {
    Object.assign(this, { waitSeconds: 0, goesOnFrom: 'next_after', ...profile, cluster });
    this.random = new Random(seed, `reader ${profile.name}`);
  }

  start() {
    this.reading = this.read();
  }

  /** Until the feed has nothing more to tell. */
  async stop() {
    this.isOver = true;
    await this.reading;
  }

  async read() {
    for (;;) {
      const wasOver = this.isOver;
      const page = await this.page();
      if (page === null) continue;
      for (const event of page.data) this.told.push(toldFrom(event));
      this.after = (this.goesOnFrom === 'event' ? page.data.at(-1)?.id : page.next_after) ?? this.after;
      if (page.data.length === 0 && !page.has_more) {
        if (wasOver) return;
        if (this.waitSeconds === 0) await delay(this.random.between(...PAUSE_MS));
      }
    }
  }

  /** @returns null if it has to be asked for again */
  async page() {
    const { url } = this.random.of(this.cluster.apis);
    const query = new URLSearchParams(this.filter);
    if (this.after !== null) query.set('after', this.after);
    const waitSeconds = this.isOver ? 0 : this.waitSeconds;
    const headers = { authorization: `Bearer ${this.tenant.key}`, prefer: `wait=${waitSeconds}` };
    const timeoutMs = 1000 * waitSeconds + 10_000;
    const { status, json, text } = await send('GET', `${url}/v1/events?${query}`, { headers, timeoutMs });
    if (status === 200) {
      this.pages += 1;
      return json;
    }
    if (status !== undefined && status !== 503) this.refusals.push(`${status} ${text}`);
    this.repeats += 1;
    await delay(100);
    return null;
  }
}

const toldFrom = (event) => ({
  id: event.id,
  type: event.type,
  subject: (event.data.order ?? event.data.webhook_endpoint).id,
  sequence: event.sequence,
  hash: hashOf(event),
});
