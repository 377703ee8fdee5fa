/** Lines of `name  value`, in groups: what a run prints at its end. */
export function printTable(groups) {
  const width = Math.max(...groups.flatMap(({ rows }) => rows.map(([name]) => name.length)));
  for (const { title, rows } of groups) {
    console.log(`\n${title}`);
    for (const [name, value] of rows) console.log(`  ${name.padEnd(width)}  ${value}`);
  }
  console.log();
}

export const counted = (values) => {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
};

/** `12 completed, 3 failed`, or `none`. */
export const listed = (counts) => counts.map(([name, count]) => `${count} ${name}`).join(', ') || 'none';

export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

export const share = (part, whole) => (whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`);

/** The value below which this share of the values lies; null of none. */
export function quantile(values, portion) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * portion))] ?? null;
}
