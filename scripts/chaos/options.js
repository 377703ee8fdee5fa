import { parseArgs } from 'node:util';
import { orShowUsage } from '../or-show-usage.js';

const USAGE = 'npm run chaos -- [--orders N] [--seconds T] [--seed S] [--clients C] [--no-rate-limits] [--keep]';

/** Runs shorter than this are the form for CI: faults whose resolution takes minutes by design are left to the long form. */
const SHORT_SECONDS = 120;

/** A closed fleet places at least so many a second on a slow machine; the bound of a run that is given orders only. */
const SLOWEST_ORDERS_PER_SECOND = 2;

export const optionsFrom = orShowUsage(USAGE, (args) => {
  const { values } = parseArgs({
    args,
    options: {
      orders: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string', default: '1' },
      clients: { type: 'string', default: '24' },
      'no-rate-limits': { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  });
  const orders = values.orders === undefined ? Infinity : wholeFrom('orders', values.orders);
  const seconds = values.seconds === undefined ? secondsFor(orders) : wholeFrom('seconds', values.seconds);
  return {
    /** Placing stops when so many orders were begun, or after so many seconds, whichever is first. */
    orders,
    /** Where both are given, orders begin no closer than this: a fast machine piles up no more than the quotas bear. */
    apartMs: values.seconds === undefined ? 0 : (seconds * 1000) / orders,
    loadMs: seconds * 1000,
    isShort: seconds <= SHORT_SECONDS,
    seed: values.seed,
    clients: wholeFrom('clients', values.clients),
    rateLimits: !values['no-rate-limits'],
    /** Leave the folder with logs, ledgers and database behind. */
    keep: values.keep,
  };
});

const secondsFor = (orders) => (orders === Infinity ? 60 : Math.ceil(orders / SLOWEST_ORDERS_PER_SECOND) + 60);

export function wholeFrom(name, text) {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} must be a whole number above 0.`);
}
