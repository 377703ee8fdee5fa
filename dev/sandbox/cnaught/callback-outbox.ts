import { randomUUID } from 'node:crypto';
import { CommandRefusedError } from '../command-refused.error.js';
import type { Ledger } from '../ledger.js';
import { isLoopbackHost } from '../loopback.js';
import type { Change, Table } from '../table.js';
import type { Timers } from '../timers.js';
import { postCallback } from './post-callback.js';

const GIVE_UP_AFTER_MS = 24 * 60 * 60 * 1000;

export interface CallbackRow {
  readonly id: string;
  readonly orderId: string;
  readonly url: string;
  readonly body: string;
  readonly queuedAtMs: number;
  /** HTTP status of each attempt; null where no response came. */
  readonly attempts: readonly (number | null)[];
  readonly state: 'waiting' | 'delivered' | 'given_up' | 'refused';
}

export interface OutboxOptions {
  readonly ledger: Ledger;
  readonly timers: Timers;
  readonly retryMs: number;
  nowMs(): number;
  /** While callbacks are held they are sent by command only, in any order. */
  isHeld(): boolean;
}

/**
 * Callbacks to the client, at least once: repeated until the response is exactly 200 or 24 h have passed.
 * Queued in the same ledger write as the state they announce. Only loopback addresses are ever dialled.
 */
export class CallbackOutbox {
  private readonly rows: Table<CallbackRow>;
  private readonly sending = new Set<string>();

  constructor(private readonly options: OutboxOptions) {
    this.rows = options.ledger.table<CallbackRow>('callbacks');
    options.ledger.subscribe((entry) => {
      if (entry.kind === 'switch_set') this.resume();
      for (const change of entry.changes) if (this.isNew(change)) void this.attempt(change.id);
    });
  }

  list(): CallbackRow[] {
    return this.rows.all();
  }

  /** A callback to be written together with the effect it announces. */
  queued(orderId: string, url: string, body: string): Change {
    const row: CallbackRow = {
      id: randomUUID(),
      orderId,
      url,
      body,
      queuedAtMs: this.options.nowMs(),
      attempts: [],
      state: 'waiting',
    };
    return this.rows.put(row.id, row);
  }

  /** Goes on with what a restart interrupted, or what was held. */
  resume(): void {
    for (const row of this.rows.all()) if (row.state === 'waiting') void this.attempt(row.id);
  }

  /** Command: sends a callback now, whether or not it was sent before. Resolves to the response's status. */
  async send(id: string): Promise<number | null> {
    const row = this.rows.get(id);
    if (!row) throw new CommandRefusedError('There is no such callback.');
    return this.post(row);
  }

  /** Command: sends any body to any loopback address, as an impostor could. */
  async forge(url: string, body: string): Promise<number | null> {
    if (!isDialable(url))
      throw new CommandRefusedError('Only loopback addresses are dialled, over http or https and without a user name.');
    const status = await postCallback(url, body, this.options.timers.stopped);
    this.options.ledger.append([{ kind: 'callback_forged', id: 'forged', changes: [] }]);
    return status;
  }

  private isNew({ table, row }: Change): boolean {
    return table === 'callbacks' && (row as CallbackRow).attempts.length === 0 && this.isWaiting(row as CallbackRow);
  }

  private isWaiting(row: CallbackRow | undefined): boolean {
    return row?.state === 'waiting' && !this.options.isHeld() && !this.sending.has(row.id);
  }

  private async attempt(id: string): Promise<void> {
    const row = this.rows.get(id);
    if (!row || !this.isWaiting(row)) return;
    await this.post(row);
    if (this.rows.get(id)?.state === 'waiting') this.options.timers.after(this.options.retryMs, () => this.retry(id));
  }

  private retry(id: string): void {
    void this.attempt(id);
  }

  private async post(row: CallbackRow): Promise<number | null> {
    if (!isDialable(row.url)) {
      this.record('callback_refused', { ...row, state: 'refused' });
      return null;
    }
    this.sending.add(row.id);
    const status = await postCallback(row.url, row.body, this.options.timers.stopped);
    this.sending.delete(row.id);
    const latest = this.rows.get(row.id);
    if (!latest || this.options.timers.stopped.aborted) return null;
    const isOver = this.options.nowMs() - row.queuedAtMs >= GIVE_UP_AFTER_MS;
    const state = status === 200 ? 'delivered' : latest.state === 'waiting' && isOver ? 'given_up' : latest.state;
    this.record('callback_sent', { ...latest, state, attempts: [...latest.attempts, status] });
    return status;
  }

  private record(kind: string, row: CallbackRow): void {
    this.options.ledger.append([{ kind, id: row.orderId, changes: [this.rows.put(row.id, row)] }]);
  }
}

/** What stands before an @ is not sent, and need not even be readable. */
const isDialable = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && isLoopbackHost(hostname) && username === '' && password === '';
};
