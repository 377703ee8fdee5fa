import type { IncomingMessage } from 'node:http';
import { toIsoMillis } from './clock.js';
import { CommandRefusedError } from './command-refused.error.js';
import { refusedSource } from './command-source.js';
import { numberIn, textIn, wholeNumberFrom } from './control-fields.js';
import { jsonResponse, jsonObjectFrom, type SimulatedResponse } from './http-messages.js';
import type { FaultRule, QueuedFault } from './fault.js';
import { findRoute } from './routes.js';
import type { ControlRoute, SimulatedProvider } from './simulated-provider.js';

/** The same commands as the methods of a simulator, for curl and for callers in other languages. */
export const CONTROL_PATH = '/_sandbox';

export const controlResponse = async (
  simulator: SimulatedProvider,
  visit: { readonly request: IncomingMessage; readonly url: URL; readonly body: string | null },
): Promise<SimulatedResponse> => {
  const { request, url } = visit;
  const refused = refusedSource(request, simulator.baseUrl);
  if (refused !== null) return problem(403, refused);
  const path = url.pathname.slice(CONTROL_PATH.length) || '/';
  const found = findRoute([...commonControls(simulator), ...simulator.controls()], request.method ?? 'GET', path);
  if (!found) return problem(404, 'No such control command. GET /_sandbox lists them.');
  if (visit.body === null) return problem(413, 'The body must have at most 1 MiB.');
  const body = visit.body === '' ? {} : jsonObjectFrom(visit.body);
  if (body === null) return problem(400, 'The body must be a JSON object, nested at most 64 levels deep.');
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
    handle: ({ query }) => simulator.ledger.entries(wholeNumberFrom(query.get('after') ?? '0', 'after')),
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
    handle: ({ params }) => ({ removed: simulator.faults.remove(wholeNumberFrom(params['id'], 'The id of a fault')) }),
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
