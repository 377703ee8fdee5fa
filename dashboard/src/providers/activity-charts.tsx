import { HourChart, type Series } from '../parts/hour-chart.tsx';
import { durationOf } from '../parts/time.tsx';
import { CLASS_WORDS } from './provider-parts.tsx';
import type { ActivityHour, OperationClass } from './provider-queries.ts';

type OrderEnd = ActivityHour['orders'][number]['status'];

const ordersThat =
  (...ends: readonly OrderEnd[]) =>
  ({ orders }: ActivityHour): number =>
    orders.reduce((sum, { status, count }) => (ends.includes(status) ? sum + count : sum), 0);

const ORDERS: readonly Series<ActivityHour>[] = [
  { name: 'completed', look: 'good', valueOf: ordersThat('completed') },
  { name: 'open', look: 'plain', valueOf: ordersThat('open') },
  { name: 'cancelled or expired', look: 'faint', valueOf: ordersThat('cancelled', 'expired') },
  { name: 'failed', look: 'bad', valueOf: ordersThat('failed') },
];

/** Orders by the hour in which they were accepted, and what has become of them. */
export const OrdersChart = ({ hours }: { hours: readonly ActivityHour[] }) => (
  <HourChart title="Orders accepted" hours={hours} series={ORDERS} />
);

/** How many calls of a class to one provider there were, and how long they took. */
export const CallCharts = ({ of, hours }: { of: OperationClass; hours: readonly ActivityHour[] }) => {
  const callsOf = ({ calls }: ActivityHour) => calls.find((each) => each.class === of);
  const ended = (isWanted: (outcome: string) => boolean) => (hour: ActivityHour) =>
    callsOf(hour)?.outcomes.reduce((sum, { outcome, count }) => (isWanted(outcome) ? sum + count : sum), 0) ?? 0;
  return (
    <>
      <HourChart
        title={`${CLASS_WORDS[of]}: calls`}
        hours={hours}
        series={[
          { name: 'went through', look: 'good', valueOf: ended((outcome) => outcome === 'ok') },
          { name: 'failed', look: 'bad', valueOf: ended((outcome) => outcome !== 'ok') },
        ]}
      />
      <HourChart
        title={`${CLASS_WORDS[of]}: how long they took`}
        hours={hours}
        stacked={false}
        told={msTold}
        series={[
          { name: '95 % within', look: 'faint', valueOf: (hour) => callsOf(hour)?.p95_ms ?? 0 },
          { name: 'half within', look: 'plain', valueOf: (hour) => callsOf(hour)?.p50_ms ?? 0 },
        ]}
      />
    </>
  );
};

const msTold = (ms: number): string => {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : durationOf(ms);
};
