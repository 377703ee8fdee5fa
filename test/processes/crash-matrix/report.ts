import { DEATHS, skippedByReason } from './cases.js';
import type { Verdict } from './verdict.js';

const countBy = (verdicts: readonly Verdict[], key: (verdict: Verdict) => string | null): [string, number][] => {
  const counts = new Map<string, number>();
  for (const name of verdicts.map(key)) if (name !== null) counts.set(name, 1 + (counts.get(name) ?? 0));
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
};

const table = (rows: readonly (readonly [string, number | string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(6)}`).join('\n');
};

const indented = (counts: readonly [string, number][]): [string, number][] =>
  counts.map(([name, count]) => [`  ${name}`, count]);

/** The figures of a run, as a table for a person. */
export const reportOf = (verdicts: readonly Verdict[], tookMs: number): string => {
  const skipped = [...skippedByReason()];
  const sum = (figure: (verdict: Verdict) => number): number => verdicts.reduce((total, v) => total + figure(v), 0);
  const atDeath = DEATHS.map((death): [string, string] => {
    const those = verdicts.filter((verdict) => verdict.case.death === death);
    return [`  ${death}`, `${those.filter((verdict) => verdict.purchasesAtDeath > 0).length}/${those.length}`];
  });
  return `${table([
    ['cases run', verdicts.length],
    ['combinations that cannot occur', skipped.reduce((total, [, count]) => total + count, 0)],
    ...indented(skipped),
    ['processes killed', sum(({ killed }) => Number(killed))],
    ['purchases', sum(({ purchases }) => purchases)],
    ['orders bought more than once', sum(({ purchases }) => Number(purchases > 1))],
    ['already bought when the process died, by crash point', ''],
    ...atDeath,
    ['orders by their end', ''],
    ...indented(countBy(verdicts, ({ status }) => status)),
    ['under review, by class and reason', ''],
    ...indented(countBy(verdicts, ({ case: each, status, review }) => review && `${each.kind}: ${review} (${status})`)),
    ['violations', sum(({ violations }) => violations.length)],
    ['seconds', (tookMs / 1000).toFixed(0)],
  ])}\n`;
};
