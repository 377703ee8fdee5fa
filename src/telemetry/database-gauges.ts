import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { GaugesRepository, type Gauges } from '../persistence/telemetry/gauges.repository.js';

/** A task that has been due for this long is overdue. */
const OVERDUE_MS = 60_000;

/** Scrapes that come within this time, from however many scrapers, share one count. */
const FRESH_MS = 5_000;

interface ShownGauge<Part extends keyof Gauges> {
  readonly name: string;
  readonly help: string;
  readonly of: Part;
  readonly value: ValueOf<Gauges[Part][number]>;
  readonly labels: readonly string[];
}
type ValueOf<Row> = { [Key in keyof Row]: Row[Key] extends number ? Key : never }[keyof Row] & string;

const shown = <Part extends keyof Gauges>(
  name: string,
  of: Part,
  value: ValueOf<Gauges[Part][number]>,
  labels: readonly string[],
  help: string,
): ShownGauge<Part> => ({ name, help, of, value, labels });

const SHOWN = [
  shown('gateway_orders_open', 'open', 'count', ['provider', 'status'], 'Orders that have not ended'),
  shown('gateway_in_doubt_oldest_seconds', 'inDoubt', 'oldest', ['provider'], 'Age of the oldest order in doubt'),
  shown('gateway_orders_in_review', 'reviews', 'count', ['provider', 'reason'], 'Orders that a person must look at'),
  shown(
    'gateway_review_oldest_seconds',
    'reviews',
    'oldest',
    ['provider', 'reason'],
    'How long the oldest review waits',
  ),
  shown('gateway_tasks_due', 'tasks', 'due', [], 'Tasks that are due'),
  shown('gateway_tasks_overdue', 'tasks', 'overdue', [], 'Tasks that have been due for over a minute'),
  shown('gateway_task_oldest_seconds', 'tasks', 'oldest', [], 'How long the oldest due task has been due'),
  shown(
    'gateway_provider_paused_seconds',
    'pauses',
    'age',
    ['provider', 'class', 'reason'],
    'How long calls are paused',
  ),
  shown(
    'gateway_quota_pace',
    'quotas',
    'pace',
    ['provider', 'limit'],
    'Share of a quota that is used: below 1 after 429',
  ),
  shown(
    'gateway_quota_tenants_waiting',
    'queues',
    'tenants',
    ['provider'],
    'Tenants that wait for calls of a short quota',
  ),
  shown('gateway_webhook_dead', 'webhooks', 'dead', [], 'Webhooks that were given up and not replayed; 10000: or more'),
  shown('gateway_webhook_oldest_due_seconds', 'webhooks', 'oldest', [], 'How long the oldest due webhook has been due'),
  shown('gateway_webhook_feed_behind_seconds', 'webhooks', 'behind', [], 'Age of the oldest event not queued yet'),
  shown('gateway_ledger_behind_seconds', 'ledger', 'behind', [], 'Age of the oldest event not posted yet'),
];

/** What is counted in the database: one count at a time, and kept for some seconds. */
@Injectable()
export class DatabaseGauges {
  readonly registry = new Registry();
  private readonly counted = new Gauge({
    name: 'gateway_database_counted',
    help: '1 if open orders, reviews, tasks, pauses and quotas could be counted in the database, otherwise 0',
    registers: [this.registry],
  });
  private readonly gauges = SHOWN.map(({ name, help, of, value, labels }) => ({
    gauge: new Gauge({ name, help, labelNames: [...labels], registers: [this.registry] }),
    of,
    value,
    labels,
  }));
  private counting: Promise<void> | null = null;
  private countedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly repository: GaugesRepository) {}

  /** Rejects if the database does not respond in time; what it alone knows is then absent. */
  refresh(): Promise<void> {
    if (performance.now() - this.countedAtMs < FRESH_MS) return Promise.resolve();
    this.counting ??= this.count().finally(() => {
      this.counting = null;
      this.countedAtMs = performance.now();
    });
    return this.counting;
  }

  private async count(): Promise<void> {
    try {
      this.show(await this.repository.read(OVERDUE_MS));
    } catch (thrown) {
      for (const { gauge, labels } of this.gauges) clear(gauge, labels);
      this.counted.set(0);
      throw thrown;
    }
  }

  private show(read: Gauges): void {
    for (const { gauge, of, value, labels } of this.gauges) {
      clear(gauge, labels);
      for (const row of read[of] as readonly Readonly<Record<string, string | number>>[])
        gauge.set(Object.fromEntries(labels.map((label) => [label, row[label] ?? ''])), Number(row[value]));
    }
    this.counted.set(1);
  }
}

/** A gauge without labels would else be 0, which is a claim. */
const clear = (gauge: Gauge, labels: readonly string[]): void => {
  gauge.reset();
  if (labels.length === 0) gauge.remove();
};
