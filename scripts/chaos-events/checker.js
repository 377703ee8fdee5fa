import { isTerminal } from '../../dist/src/domain/orders/lifecycle.js';
import { quantile } from '../chaos/table.js';
import { READER_CHECKS } from './reader-checks.js';
import { keyOf } from './evidence.js';

/** The promise, line by line: each check returns what breaks it, as texts. An empty list is the only good result. */

/** After so many tries a delivery may be given up: the schedule of Standard Webhooks. */
const TRIES = 10;

/** From an event to its first request at the receiver that works: what a killed sender held is sent by another by then. */
const FIRST_TRY_MS = 60_000;

const isSuccess = (status) => status >= 200 && status < 300;

const DELIVERY_CHECKS = {
  'events without a delivery to an endpoint they are for': (evidence) =>
    evidence.endpoints.flatMap((endpoint) =>
      evidence
        .owedTo(endpoint)
        .filter(({ id }) => !evidence.deliveryOf.has(keyOf(endpoint.id, id)))
        .map(({ id, type, sequence, subject }) => `${id} (${type} ${sequence} of ${subject}) to ${endpoint.url}`),
    ),

  'neither delivered nor a dead letter': (evidence) =>
    evidence.deliveries.filter(({ state }) => state === 'pending').map((one) => evidence.describe(one)),

  'called delivered, and the receiver never said so': (evidence) =>
    evidence.deliveries
      .filter(({ state }) => state === 'delivered')
      .filter((one) => !evidence.requestsFor(one).some(({ answered }) => isSuccess(answered)))
      .map((one) => evidence.describe(one)),

  'given up too early': (evidence) =>
    evidence.deliveries
      .filter(
        ({ state, attempts, endpoint_id: id }) => state === 'dead' && attempts < TRIES && !evidence.wasDisabled(id),
      )
      .map((one) => evidence.describe(one)),

  'repeats with another webhook-id': ({ requests }) =>
    requests
      .filter(({ id, event }) => id !== event?.id)
      .map(({ id, event, target }) => `${target}: webhook-id ${id} with event ${event?.id}`),

  'requests that nobody was owed': ({ requests, deliveryOf }) =>
    requests
      .filter(({ endpointId, id }) => !deliveryOf.has(keyOf(endpointId, id)))
      .map(({ id, target }) => `${target} was sent ${id}`),

  'requests without a valid signature': ({ requests }) =>
    requests.filter(({ isSigned }) => !isSigned).map(({ id, target }) => `${target} was sent ${id}`),

  'one event, told in different words': ({ requests, readers }) => {
    const hashesOf = new Map();
    for (const { id, hash } of [...requests, ...readers.flatMap(({ told }) => told)])
      hashesOf.set(id, (hashesOf.get(id) ?? new Set()).add(hash));
    return [...hashesOf].filter(([, hashes]) => hashes.size > 1).map(([id]) => id);
  },

  'gaps in the attempts of a delivery': (evidence) =>
    evidence.deliveries
      .filter(({ id, attempts }) => {
        const numbers = (evidence.attemptsOf.get(id) ?? []).map(({ number }) => number);
        return numbers.length !== attempts || numbers.some((number, index) => number !== index + 1);
      })
      .map((one) => evidence.describe(one)),

  'attempts on record that the receiver never saw': (evidence) =>
    evidence.deliveries
      .filter((one) => {
        const statuses = (evidence.attemptsOf.get(one.id) ?? []).flatMap(({ status }) => status ?? []);
        const seen = evidence.requestsFor(one);
        return statuses.some((status) => count(statuses, status) > seen.filter(({ said }) => said === status).length);
      })
      .map((one) => evidence.describe(one)),

  'sent again after it had arrived, and no sender was killed meanwhile': (evidence) =>
    evidence.deliveries
      .filter((one) => {
        const requests = evidence.requestsFor(one);
        const arrived = requests.findIndex(({ answered }) => isSuccess(answered));
        if (arrived === -1) return false;
        const from = requests[arrived].startedAt;
        return requests
          .slice(arrived + 1)
          .some(({ startedAt }) => !evidence.killedAt.some((at) => at >= from && at <= startedAt));
      })
      .map((one) => evidence.describe(one)),
};

const RUN_CHECKS = {
  'gaps in the events of an order': ({ orders, eventsOf }) =>
    [...orders.values()]
      .filter(({ id, version }) => {
        const sequences = (eventsOf.get(id) ?? []).map(({ sequence }) => sequence);
        return sequences.length !== version || sequences.some((sequence, index) => sequence !== index + 1);
      })
      .map(({ id, version }) => `${id} at version ${version}: ${eventsOf.get(id)?.map(({ sequence }) => sequence)}`),

  'orders that have not ended': ({ orders }) =>
    [...orders.values()].filter(({ status }) => !isTerminal(status)).map(({ id, status }) => `${id} ${status}`),

  'first tries at the receiver that works, later than 60 s (p99)': (_, { firstTries }) => {
    const p99 = quantile(firstTries.get('steady') ?? [], 0.99);
    return p99 !== null && p99 > FIRST_TRY_MS ? [`p99 ${Math.round(p99)} ms`] : [];
  },

  'processes that died by themselves': ({ gateways }) =>
    gateways.flatMap(({ name, deaths }) => deaths.map((lastWords) => `${name}: ${lastWords}`)),

  'the run was too gentle': ({ receivers, killedAt, mistakes, events }, { wanted }) => [
    ...(killedAt.length < wanted.kills ? [`${killedAt.length} senders were killed, not ${wanted.kills}`] : []),
    ...(events.length < wanted.events ? [`${events.length} events, not ${wanted.events}`] : []),
    ...receivers.flatMap(({ name, failedShare, requests }) =>
      failedShare !== null && requests.length >= 500 && failedShare < 0.25
        ? [`${name} failed ${(100 * failedShare).toFixed(1)} % of ${requests.length} requests`]
        : [],
    ),
    ...mistakes
      .filter(({ missed }) => missed === 0)
      .map(({ name }) => `a reader that goes on by a ${name} missed nothing either`),
  ],
};

const CHECKS = { ...DELIVERY_CHECKS, ...READER_CHECKS, ...RUN_CHECKS };

/** Every check's name and what breaks it. */
export const check = (evidence, figures) =>
  Object.entries(CHECKS).map(([name, run]) => ({ name, violations: run(evidence, figures) }));

const count = (values, wanted) => values.filter((value) => value === wanted).length;
