import { counted, listed, printTable, quantile, seconds, share } from '../chaos/table.js';
import { printVerdict } from '../chaos/report.js';

export function printReport(evidence, figures, results, { seed }) {
  const { events, deliveries, requests, receivers, readers } = evidence;
  printTable([
    {
      title: `Run (seed ${seed})`,
      rows: [
        ['events', `${events.length} of ${evidence.orders.size} orders, in ${seconds(figures.stormMs)}`],
        ['by type', listed(counted(events.map(({ type }) => type.replace('order.', ''))))],
        ['of transactions held open for 1.5 to 5 s', figures.written],
        ['endpoints', listed(counted(evidence.endpoints.map(endpointKind)))],
      ],
    },
    {
      title: 'What went wrong on purpose',
      rows: [
        ['processes that send, killed', figures.killedAt.length],
        ['processes that serve readers, killed', figures.apisKilled],
        ...receivers
          .filter(({ failedShare }) => failedShare !== null)
          .map((receiver) => [
            `requests failed by "${receiver.name}"`,
            `${(100 * receiver.failedShare).toFixed(1)} % of ${receiver.requests.length}: ${listed(counted(receiver.requests.map(({ act }) => act)))}`,
          ]),
        ['requests that broke off', receivers.reduce((sum, { brokenOff }) => sum + brokenOff, 0)],
        ['hours that passed for deliveries', figures.hours],
      ],
    },
    {
      title: 'What came of it',
      rows: [
        ['deliveries', listed(counted(deliveries.map(({ state }) => state)))],
        ['requests', `${requests.length}, ${(requests.length / Math.max(1, deliveries.length)).toFixed(2)} a delivery`],
        ['arrived more than once', `${share(figures.arrivedAgain, deliveries.length)} (${figures.arrivedAgain})`],
        ['the dead receiver', figures.comeback],
        ...[...figures.firstTries].map(([name, times]) => [`from an event to its first try, "${name}"`, spread(times)]),
        ...readers.map((reader) => [`reader "${reader.name}"`, readerLine(reader, evidence)]),
        ...evidence.mistakes.map(({ name, missed }) => [`a reader that goes on by a ${name}`, `missed ${missed}`]),
        [
          'catching up from the first event, one connection',
          `${figures.late.told.length} in ${seconds(figures.lateMs)}: ${Math.round((1000 * figures.late.told.length) / figures.lateMs)} a second`,
        ],
      ],
    },
  ]);
  printVerdict(results);
}

const endpointKind = ({ origin, disabled_reason: reason }) =>
  `${origin === 'order' ? 'for callbacks' : 'managed'}${reason === null ? '' : ` (disabled: ${reason})`}`;

const spread = (times) =>
  `${[0.5, 0.99, 1].map((portion, nth) => `${['p50', 'p99', 'max'][nth]} ${seconds(quantile(times, portion))}`).join(', ')} of ${times.length}`;

function readerLine(reader, evidence) {
  const owed = evidence.owedToReader(reader);
  const told = new Set(reader.told.map(({ id }) => id));
  const missed = owed.filter(({ id }) => !told.has(id)).length;
  return `missed ${missed} of ${owed.length}, in ${reader.pages} pages, ${reader.repeats} of them asked for again`;
}
