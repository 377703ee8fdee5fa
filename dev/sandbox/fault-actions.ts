import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { listedIds, withDuplicateRow, withField, withoutField, withStatusWord } from './response-distortions.js';
import { htmlResponse, type SimulatedResponse } from './http-messages.js';
import type { Fault, FaultKind, QueuedFault } from './fault.js';
import type { Timers } from './timers.js';
import { sendResponse, sendEndless, sendSlowly, sendTruncated } from './wire.js';

/** One faulted request, and what a fault may do with it. */
export interface FaultedExchange {
  readonly rule: QueuedFault;
  readonly serverResponse: ServerResponse;
  readonly socket: Socket;
  readonly timers: Timers;
  readonly statusField: string;
  readonly idField: string;
  nowMs(): number;
  /** The provider acts on the request: when this returns, its effect is in the ledger. */
  act(listsShowBeforeMs?: number): SimulatedResponse;
  /** The provider is busy with the request: its idempotency key counts as running until released. */
  hold(): () => void;
  /** The provider's own words for a refusal, without any effect. */
  refusal(status: number): SimulatedResponse;
  /** Acts later: on the given delay or when late effects are released, whichever is first. */
  actLater(afterMs: number | null): void;
  forgetKeys(): void;
  insertForeignRow(): void;
  deleteForeignRow(ids: readonly string[]): void;
}

type Action<F> = (fault: F, exchange: FaultedExchange) => void | Promise<void>;

const NOT_THE_API =
  '<!doctype html><html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>';

const send = (exchange: FaultedExchange, response: SimulatedResponse): void =>
  sendResponse(exchange.serverResponse, response);

const ACTIONS: { readonly [K in FaultKind]: Action<Extract<Fault, { kind: K }>> } = {
  delay: async ({ when, ms }, exchange) => {
    if (when === 'after_effect') {
      const response = exchange.act();
      await exchange.timers.wait(ms);
      return send(exchange, response);
    }
    const release = exchange.hold();
    await exchange.timers.wait(ms);
    release();
    send(exchange, exchange.act());
  },
  reset: ({ when }, exchange) => {
    if (when === 'after_effect') exchange.act();
    exchange.socket.resetAndDestroy();
  },
  hang: ({ when }, exchange) => {
    if (when === 'after_effect') exchange.act();
    else exchange.serverResponse.once('close', exchange.hold());
  },
  // The server has not read the body, and reads nothing more.
  half_open: (_, exchange) => void exchange.socket.pause(),
  late_effect: ({ connection, afterMs }, exchange) => {
    exchange.actLater(afterMs ?? null);
    if (connection === 'reset') exchange.socket.resetAndDestroy();
  },
  error: ({ status, effect }, exchange) => {
    if (effect) exchange.act();
    send(exchange, exchange.refusal(status));
  },
  refused: ({ status }, exchange) => send(exchange, exchange.refusal(status)),
  rate_limited: ({ retryAfterSeconds }, exchange) => {
    const response = exchange.refusal(429);
    const hint = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
    send(exchange, { ...response, headers: { ...response.headers, ...hint } });
  },
  redirect: ({ location, effect }, exchange) => {
    if (effect) exchange.act();
    send(exchange, { status: 302, headers: { location }, body: '' });
  },
  truncated_body: (_, exchange) => sendTruncated(exchange.serverResponse, exchange.act()),
  broken_json: (_, exchange) => {
    const response = exchange.act();
    send(exchange, { ...response, body: response.body.slice(0, Math.ceil(response.body.length / 2)) });
  },
  html: ({ status }, exchange) => {
    const response = exchange.act();
    send(exchange, htmlResponse(status ?? response.status, NOT_THE_API));
  },
  no_content_type: (_, exchange) => send(exchange, { ...exchange.act(), headers: {} }),
  slow_drip: ({ everyMs, bytes }, exchange) => {
    const pace = { everyMs, bytes: bytes ?? 1, timers: exchange.timers };
    return sendSlowly(exchange.serverResponse, exchange.act(), pace);
  },
  endless_body: (_, exchange) => sendEndless(exchange.serverResponse, exchange.act()),
  forget_keys: (_, exchange) => {
    exchange.forgetKeys();
    send(exchange, exchange.act());
  },
  list_lag: ({ ms }, exchange) => {
    const showBeforeMs = ms === undefined ? exchange.rule.addedAtMs : exchange.nowMs() - ms;
    send(exchange, exchange.act(showBeforeMs));
  },
  shift_pages: ({ by }, exchange) => {
    const response = exchange.act();
    if (by === 'insert') exchange.insertForeignRow();
    else exchange.deleteForeignRow(listedIds(response, exchange.idField));
    send(exchange, response);
  },
  duplicate_row: (_, exchange) => send(exchange, withDuplicateRow(exchange.act())),
  set_field: ({ path, value }, exchange) => send(exchange, withField(exchange.act(), path, value)),
  delete_field: ({ path }, exchange) => send(exchange, withoutField(exchange.act(), path)),
  unknown_status: ({ word }, exchange) =>
    send(exchange, withStatusWord(exchange.act(), exchange.statusField, word ?? 'archived_by_legal')),
};

export const performFault = (exchange: FaultedExchange): void | Promise<void> => {
  const { fault } = exchange.rule;
  // The table is keyed by kind, so the action found takes exactly this fault; the compiler cannot see it.
  const action = ACTIONS[fault.kind] as Action<Fault>;
  return action(fault, exchange);
};
