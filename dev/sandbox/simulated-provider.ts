import type { SimulatedResponse, Call } from './http-messages.js';
import type { FaultQueue } from './fault-queue.js';
import type { LateEffects } from './late-effects.js';
import type { Ledger } from './ledger.js';
import type { PathParams, Route } from './routes.js';

/** What stays the same for a simulator as long as it lives. */
export interface SimulatorIdentity {
  readonly displayName: string;
  /** What stands before the key in the header that carries it. */
  readonly keyHeader: string;
  /** In front of every documented path: `/v1`, or nothing. */
  readonly basePath: string;
  /** The names of status and id in the provider's responses. */
  readonly statusField: string;
  readonly idField: string;
  /** The ledger kind that commits someone to pay. */
  readonly purchaseKind: string;
}

export interface ControlCall {
  readonly params: PathParams;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Responds with the value, or what it resolves to, as JSON; undefined becomes `{"ok":true}`. */
export type ControlRoute = Route<(call: ControlCall) => unknown>;

/** A simulator as its sockets and its control API see it. */
export interface SimulatedProvider {
  readonly identity: SimulatorIdentity;
  readonly baseUrl: string;
  readonly ledger: Ledger;
  readonly faults: FaultQueue;
  readonly lateEffects: LateEffects;
  readonly switches: {
    all(): Readonly<Record<string, string | boolean>>;
    setFrom(settings: Readonly<Record<string, unknown>>): void;
  };

  /** Acts on one call to the provider's API, to the end, without waiting: calls never interleave. */
  respond(call: Call): SimulatedResponse;
  /** A person's browser at a hosted checkout; null when there is no such page. */
  page(method: string, path: string): SimulatedResponse | null;
  /** A refusal with this status in the provider's own words, without any effect. */
  refusal(status: number): SimulatedResponse;
  /** Marks the call's idempotency key as running; the returned function ends that. */
  hold(call: Call): () => void;

  nowMs(): number;
  advanceClock(byMs: number): void;
  /** Moves an order, transaction or payment to a state, through the states between. */
  advance(id: string, to: string): void;
  forgetKeys(): void;
  /** A row of somebody else in the provider's lists, shown with these fields in place of its own. */
  insertForeignRow(shownAs?: Readonly<Record<string, unknown>>): void;
  /** Removes the first of these rows that is foreign. */
  deleteForeignRow(ids: readonly string[]): void;
  reset(): void;
  /** Control commands that only this provider has. */
  controls(): readonly ControlRoute[];
}
