import { counted, listed, printTable, quantile, seconds, share } from './table.js';

/** Of each kind of violation, so many are told in full. */
const TOLD = 10;

export function printReport(evidence, figures, results, { seed }) {
  const { log } = figures;
  const orders = [...evidence.orders.values()];
  const responses = log.flatMap((entry) => entry.responses);
  const reviews = orders.filter(({ review_reason: reason }) => reason !== null);
  const stuck = results.find(({ name }) => name.startsWith('stuck')).violations.length;
  const perOrder = (number) => (orders.length === 0 ? '0' : (number / orders.length).toFixed(2));
  printTable([
    {
      title: `Run (seed ${seed})`,
      rows: [
        ['orders begun by clients', `${log.length} in ${seconds(figures.loadMs)}`],
        ['orders on record', orders.length],
        ['by kind', listed(counted(orders.map(({ provider, payment_method: method }) => `${provider} ${method}`)))],
        ['requests by clients', `${responses.length}, of them ${responses.length - log.length} repeats and reads`],
        ['responses', listed(counted(responses.map(({ said }) => said)))],
        ['outcomes for clients', listed(counted(log.map(({ outcome }) => outcome)))],
        ['cancellations', listed(counted(log.flatMap(({ cancelOutcome }) => cancelOutcome ?? [])))],
        [
          'payers',
          listed(
            counted(log.flatMap(({ paid, payer, cameBack }) => (paid ? `${payer}${cameBack ? ', noticed' : ''}` : []))),
          ),
        ],
      ],
    },
    {
      title: 'What went wrong on purpose',
      rows: [
        ['processes', listed(Object.entries(figures.disruptor))],
        [
          'starts that failed for want of a database',
          evidence.gateways.reduce((sum, { failedStarts }) => sum + failedStarts, 0),
        ],
        [
          'provider writes faulted',
          `${share(figures.writes.faulted, figures.writes.calls)} (${figures.writes.faulted} of ${figures.writes.calls})`,
        ],
        [
          'provider reads faulted',
          `${share(figures.reads.faulted, figures.reads.calls)} (${figures.reads.faulted} of ${figures.reads.calls})`,
        ],
      ],
    },
    {
      title: 'What came of it',
      rows: [
        ['status', listed(counted(orders.map(({ status }) => status)))],
        [
          'sends',
          `${evidence.attempts.length}, ${perOrder(evidence.attempts.length)} per order: ${listed(counted(evidence.attempts.map(({ outcome }) => outcome ?? 'unknown')))}`,
        ],
        [
          'purchases',
          `${evidence.purchases.length}, of them ${evidence.purchases.filter(({ isUndone }) => isUndone).length} undone`,
        ],
        [
          'under review',
          `${reviews.length}: ${listed(counted(reviews.map(({ status, review_reason: reason }) => `${reason} (${status})`)))}`,
        ],
        [
          'ended or under review',
          `${share(orders.length - stuck, orders.length)}, ${seconds(figures.finalWaitMs)} after the last order was placed`,
        ],
        ['from SIGKILL to the next action', resume(figures)],
      ],
    },
  ]);
  printVerdict(results);
}

/** What broke the promise, and whether anything did. */
export function printVerdict(results) {
  printTable([{ title: 'Violations', rows: results.map(({ name, violations }) => [name, violations.length]) }]);
  for (const { name, violations } of results.filter((result) => result.violations.length > 0)) {
    console.log(`${name}:`);
    for (const violation of violations.slice(0, TOLD)) console.log(`  ${violation}`);
    if (violations.length > TOLD) console.log(`  … and ${violations.length - TOLD} more`);
  }
  const total = results.reduce((sum, { violations }) => sum + violations.length, 0);
  console.log(total === 0 ? 'The promise held.' : `The promise was broken ${total} times.`);
}

function resume({ resumeTimes, neverResumed }) {
  if (resumeTimes.length === 0) return 'no order was affected by a kill';
  const [p50, p99, max] = [0.5, 0.99, 1].map((portion) => seconds(quantile(resumeTimes, portion)));
  const never = neverResumed > 0 ? `, ${neverResumed} never` : '';
  return `p50 ${p50}, p99 ${p99}, max ${max} of ${resumeTimes.length} orders${never}`;
}
