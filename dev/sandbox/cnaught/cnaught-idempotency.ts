import { createHash } from 'node:crypto';
import { headerOf, type SimulatedResponse, type Call, type Decision } from '../http-messages.js';
import type { Effect, Ledger } from '../ledger.js';
import type { Table } from '../table.js';
import { changedPayload, concurrentRequests, keyTooLong } from './cnaught-problems.js';

const MAX_KEY_LENGTH = 512;
const RETENTION_MS = 24 * 60 * 60 * 1000;

interface KeptResponse {
  readonly fingerprint: string;
  readonly response: SimulatedResponse;
  readonly keptAtMs: number;
}

/**
 * One key, one response, for 24 h, across the whole account. A response is kept in the same ledger write as its
 * effect: there is no moment at which the order exists and its key does not.
 */
export class CnaughtIdempotency {
  private readonly kept: Table<KeptResponse>;
  private readonly running = new Set<string>();

  constructor(
    private readonly ledger: Ledger,
    private readonly nowMs: () => number,
  ) {
    this.kept = ledger.table<KeptResponse>('kept_responses');
  }

  /** Responds from memory, or decides once and keeps the response. */
  respond(call: Call, key: string, decide: () => Decision): SimulatedResponse {
    if (key.length > MAX_KEY_LENGTH) return keyTooLong();
    if (this.running.has(key)) return concurrentRequests();
    const fingerprint = fingerprintOf(call);
    const earlier = this.kept.get(key);
    if (earlier && this.nowMs() - earlier.keptAtMs < RETENTION_MS) {
      return earlier.fingerprint === fingerprint ? replayOf(earlier.response) : changedPayload();
    }
    const { response, effects } = decide();
    this.ledger.append(isKept(response) ? this.keeping(key, fingerprint, response, effects) : effects);
    return response;
  }

  /** The key is in use until the returned function is called. A request that holds it already keeps it. */
  hold(call: Call): () => void {
    const key = headerOf(call, 'idempotency-key');
    if (key === null || this.running.has(key)) return () => undefined;
    this.running.add(key);
    return () => this.running.delete(key);
  }

  /** As if 24 h had passed for every key. */
  forget(): Effect {
    const ids = this.kept.ids();
    return { kind: 'keys_forgotten', id: 'idempotency', changes: ids.map((id) => this.kept.remove(id)) };
  }

  clearRunning(): void {
    this.running.clear();
  }

  private keeping(key: string, fingerprint: string, response: SimulatedResponse, effects: readonly Effect[]): Effect[] {
    const row: KeptResponse = { fingerprint, response, keptAtMs: this.nowMs() };
    const [first = { kind: 'refusal_kept', id: key, changes: [] }, ...others] = effects;
    return [{ ...first, idempotencyKey: key, changes: [...first.changes, this.kept.put(key, row)] }, ...others];
  }
}

/** Success and error responses alike, except those that say "later". */
const isKept = ({ status }: SimulatedResponse): boolean => status !== 409 && status !== 429 && status < 500;

const replayOf = (response: SimulatedResponse): SimulatedResponse => ({
  ...response,
  headers: { ...response.headers, 'x-idempotent-replay': 'true' },
});

const fingerprintOf = (call: Call): string =>
  createHash('sha256').update(`${call.method} ${call.path}?${call.query.toString()}\n${call.body}`).digest('hex');
