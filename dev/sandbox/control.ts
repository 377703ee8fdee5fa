import type { IncomingMessage } from 'node:http';
import { toIsoMillis } from './clock.js';
import { CommandRefusedError } from './command-refused.error.js';
import { numberIn, textIn } from './control-fields.js';
import { jsonResponse, jsonObjectFrom, type SimulatedResponse } from './http-messages.js';
import type { FaultRule, QueuedFault } from './fault.js';
import { isLoopbackAddress } from './loopback.js';
import { findRoute } from './routes.js';
import type { ControlRoute, SimulatedProvider } from './simulated-provider.js';

/** The same commands as the methods of a simulator, for curl and for callers in other languages. */
export const CONTROL_PATH = '/_sandbox';

export const controlResponse = async (
  simulator: SimulatedProvider,
  visit: { readonly request: IncomingMessage; readonly url: URL; readonly body: string },
): Promise<SimulatedResponse> => {
  const { request, url } = visit;
  if (!isLoopbackAddress(request.socket.remoteAddress ?? '')) return problem(403, 'Control is for this machine only.');
  const path = url.pathname.slice(CONTROL_PATH.length) || '/';
  const found = findRoute([...commonControls(simulator), ...simulator.controls()], request.method ?? 'GET', path);
  if (!found) return problem(404, 'No such control command. GET /_sandbox lists them.');
  const body = visit.body === '' ? {} : jsonObjectFrom(visit.body);
  if (body === null) return problem(400, 'The body must be a JSON object.');
  try {
    const result = await found.route.handle({ params: found.params, query: url.searchParams, body });
    return jsonResponse(200, result ?? { ok: true });
  } catch (error) {
    if (error instanceof CommandRefusedError) return problem(400, error.message);
    throw error;
  }
};

const problem = (status: number, message: string): SimulatedResponse => jsonResponse(status, { error: message });

const commonControls = (simulator: SimulatedProvider): readonly ControlRoute[] => [
  {
    method: 'GET',
    path: '/',
    handle: () => ({
      provider: simulator.identity.displayName,
      base_url: simulator.baseUrl,
      commands: [...commonControls(simulator), ...simulator.controls()].map(
        ({ method, path }) => `${method} ${CONTROL_PATH}${path}`,
      ),
    }),
  },
  {
    method: 'GET',
    path: '/ledger',
    handle: ({ query }) => simulator.ledger.entries(Number(query.get('after') ?? 0)),
  },
  { method: 'GET', path: '/clock', handle: () => clockOf(simulator) },
  {
    method: 'POST',
    path: '/clock',
    handle: ({ body }) => {
      simulator.advanceClock(numberIn(body, 'advanceMs'));
      return clockOf(simulator);
    },
  },
  { method: 'GET', path: '/faults', handle: () => simulator.faults.list().map(toShownFault) },
  {
    method: 'POST',
    path: '/faults',
    // The queue checks every rule that it is given.
    handle: ({ body }) => toShownFault(simulator.faults.add(body as unknown as FaultRule)),
  },
  { method: 'DELETE', path: '/faults', handle: () => simulator.faults.clear() },
  {
    method: 'DELETE',
    path: '/faults/:id',
    handle: ({ params }) => ({ removed: simulator.faults.remove(Number(params['id'])) }),
  },
  { method: 'GET', path: '/late-effects', handle: () => ({ waiting: simulator.lateEffects.count }) },
  { method: 'POST', path: '/late-effects/release', handle: () => ({ released: simulator.lateEffects.release() }) },
  { method: 'GET', path: '/switches', handle: () => simulator.switches.all() },
  {
    method: 'POST',
    path: '/switches',
    handle: ({ body }) => {
      simulator.switches.setFrom(body);
      return simulator.switches.all();
    },
  },
  {
    method: 'POST',
    path: '/advance',
    handle: ({ body }) => simulator.advance(textIn(body, 'id'), textIn(body, 'to')),
  },
  { method: 'POST', path: '/forget-keys', handle: () => simulator.forgetKeys() },
  { method: 'POST', path: '/foreign-rows', handle: ({ body }) => simulator.insertForeignRow(body) },
  { method: 'POST', path: '/reset', handle: () => simulator.reset() },
];

const clockOf = (simulator: SimulatedProvider): { now: string } => ({ now: toIsoMillis(simulator.nowMs()) });

const toShownFault = (queued: QueuedFault): object => ({
  ...queued,
  match: { ...queued.match, ...(queued.match.path === undefined ? {} : { path: String(queued.match.path) }) },
});
