import { cpu, milliseconds, precise, rate, ratioOf, spreadOf } from './format.js';

const HEAD = ['', 'gateway', 'reference', 'ratio', 'p99', 'CPU ms Node · PostgreSQL', 'failed'];

/** The one table of a run, for a terminal. */
export function printTable(figures) {
  const rows = [HEAD, ...figures.map((figure) => (figure.gateway ? compared(figure) : single(figure)))];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  console.log();
  for (const row of rows)
    console.log(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd()}`,
    );
  console.log();
}

/** At 1 connection a figure is about time, at more about how many go through. */
export const isAboutTime = ({ id }) => !/-(16|64|guarded)$/.test(id);

function compared(figure) {
  const { title, gateway, reference } = figure;
  const shown = (side) => (isAboutTime(figure) ? milliseconds(side.p50Ms) : `${rate(side)}/s`);
  if (!reference) return [title, shown(gateway), '', '', milliseconds(gateway.p99Ms), cpu(gateway), failed(gateway)];
  return [
    title,
    shown(gateway),
    shown(reference),
    ratioOf(figure, isAboutTime(figure) ? 'p50Ms' : 'perSecond'),
    `${milliseconds(gateway.p99Ms)} / ${milliseconds(reference.p99Ms)}`,
    `${cpu(gateway)} / ${cpu(reference)}`,
    `${failed(gateway)} / ${failed(reference)}`,
  ];
}

function single({ title, value, unit, spread }) {
  const range = spread ? ` (${spreadOf(spread)})` : '';
  return [title, value === null ? 'n/a' : `${precise(value)} ${unit}${range}`];
}

/** `0`, or how many and as what. */
export const failed = ({ failed: count, failures }) =>
  count === 0
    ? '0'
    : `${count} (${Object.entries(failures)
        .map(([outcome, n]) => `${n} × ${outcome}`)
        .join(', ')})`;
