import type { ReactNode } from 'react';

/** What a bar is made of. */
export interface Series<Hour> {
  readonly name: string;
  /** How it looks: `good`, `bad`, `plain` or `faint`. */
  readonly look: 'good' | 'bad' | 'plain' | 'faint';
  readonly valueOf: (hour: Hour) => number;
}

const HIGH = 100;
const WIDE = 10;
const GAP = 2;

/**
 * Bars, one an hour, and what they say as a table. `stacked`: the series are parts of a whole; else each stands behind the
 * next, and the first must be the largest.
 */
export const HourChart = <Hour extends { readonly hour: string }>({
  title,
  hours,
  series,
  stacked = true,
  told = grouped,
}: {
  title: string;
  hours: readonly Hour[];
  series: readonly Series<Hour>[];
  stacked?: boolean;
  told?: (value: number) => string;
}) => {
  const most = Math.max(...hours.map((hour) => heightOf(hour, series, stacked)));
  const [first, last] = [hours[0], hours.at(-1)];
  if (!first || !last) return null;
  if (most === 0)
    return (
      <Figure title={title}>
        <p className="quiet">None in {hours.length} hours.</p>
      </Figure>
    );
  return (
    <Figure title={title}>
      <p className="legend quiet">
        <span>most: {told(most)}</span>
        {series.map(({ name, look }) => (
          <span key={name}>
            <i className={`swatch ${look}`} aria-hidden="true" /> {name}
          </span>
        ))}
      </p>
      <svg viewBox={`0 0 ${hours.length * WIDE} ${HIGH}`} preserveAspectRatio="none" aria-hidden="true">
        {hours.map((hour, nth) => (
          <g key={hour.hour}>
            <title>{`${hourOf(hour.hour)} UTC: ${series.map((each) => `${each.name} ${told(each.valueOf(hour))}`).join(', ')}`}</title>
            <rect className="behind" x={nth * WIDE} y={0} width={WIDE} height={HIGH} />
            {barsOf(hour, series, stacked, HIGH / most).map(({ look, y, height }) => (
              <rect key={look} className={look} x={nth * WIDE + GAP / 2} y={y} width={WIDE - GAP} height={height} />
            ))}
          </g>
        ))}
      </svg>
      <p className="axis quiet">
        <span>{hourOf(first.hour)}</span>
        <span>{hourOf(last.hour)} UTC</span>
      </p>
      <details>
        <summary>Hour by hour</summary>
        <table className="rows">
          <caption className="hidden">{title}</caption>
          <thead>
            <tr>
              <th>Hour, UTC</th>
              {series.map(({ name }) => (
                <th className="number" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hours.toReversed().map((hour) => (
              <tr key={hour.hour}>
                <td className="figures">{hourOf(hour.hour)}</td>
                {series.map(({ name, valueOf }) => (
                  <td className="number" key={name}>
                    {valueOf(hour) === 0 ? '' : told(valueOf(hour))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Figure>
  );
};

const Figure = ({ title, children }: { title: string; children: ReactNode }) => (
  <figure className="hours">
    <figcaption>{title}</figcaption>
    {children}
  </figure>
);

const heightOf = <Hour,>(hour: Hour, series: readonly Series<Hour>[], stacked: boolean): number => {
  const values = series.map(({ valueOf }) => valueOf(hour));
  return stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
};

/** From the ground up. What is not nothing is seen, however little it is. */
const barsOf = <Hour,>(hour: Hour, series: readonly Series<Hour>[], stacked: boolean, scale: number) => {
  let below = 0;
  return series.flatMap(({ look, valueOf }) => {
    const height = valueOf(hour) === 0 ? 0 : Math.max(2, valueOf(hour) * scale);
    const y = Math.max(0, HIGH - below - height);
    if (stacked) below += height;
    return height === 0 ? [] : [{ look, y, height }];
  });
};

const grouped = (count: number): string => count.toLocaleString('en');

const hourOf = (hour: string): string => `${hour.slice(5, 10)} ${hour.slice(11, 16)}`;
