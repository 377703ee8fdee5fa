import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { allBuckets, shareLeft, type Bucket } from '../domain/providers/throttle.js';
import { GaugesRepository, type Gauges, type Reading } from '../persistence/telemetry/gauges.repository.js';
import { ProviderDirectory } from '../providers/provider-directory.js';

/** A task that has been due for this long is overdue. */
const OVERDUE_MS = 60_000;

/** Scrapes that come within this time, from however many scrapers, share one count. */
const FRESH_MS = 5_000;

/** What was read, and what it comes to by what the providers declare. */
type Told = Omit<Gauges, 'quotas'> & { readonly quotas: readonly Reading<'pace' | 'left'>[] };

interface ShownGauge<Part extends keyof Told> {
  readonly name: string;
  readonly help: string;
  readonly of: Part;
  readonly value: ValueOf<Told[Part][number]>;
  readonly labels: readonly string[];
}
type ValueOf<Row> = { [Key in keyof Row]: Row[Key] extends number ? Key : never }[keyof Row] & string;

const shown = <Part extends keyof Told>(
  name: string,
  of: Part,
  value: ValueOf<Told[Part][number]>,
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
    'gateway_quota_share_left',
    'quotas',
    'left',
    ['provider', 'limit'],
    'Share of a quota that can be drawn on now, of those that were drawn on',
  ),
  shown(
    'gateway_quota_tenants_waiting',
    'queues',
    'tenants',
    ['provider'],
    'Tenants that wait for calls of a short quota',
  ),
  shown('gateway_switches_on', 'switches', 'count', ['operation'], 'What people have switched off'),
  shown(
    'gateway_switch_oldest_seconds',
    'switches',
    'oldest',
    ['operation'],
    'How long the oldest switch is on: look again after a day',
  ),
  shown('gateway_webhook_dead', 'webhooks', 'dead', [], 'Webhooks that were given up and not replayed; 10000: or more'),
  shown('gateway_webhook_oldest_due_seconds', 'webhooks', 'oldest', [], 'How long the oldest due webhook has been due'),
  shown('gateway_webhook_feed_behind_seconds', 'webhooks', 'behind', [], 'Age of the oldest event not queued yet'),
  shown('gateway_resolutions_open', 'proposals', 'open', [], 'Decisions that wait for a second person'),
  shown('gateway_resolution_oldest_seconds', 'proposals', 'oldest', [], 'How long the oldest of them has waited'),
  shown('gateway_ledger_behind_seconds', 'ledger', 'behind', [], 'Age of the oldest event not posted yet'),
  shown(
    'gateway_finance_breaks_open',
    'breaks',
    'count',
    ['type', 'severity', 'provider'],
    'Differences between orders, providers and statements that nobody has settled, without those that only inform',
  ),
  shown(
    'gateway_finance_break_oldest_seconds',
    'breaks',
    'oldest',
    ['type', 'severity', 'provider'],
    'How long the oldest of them has been open',
  ),
  shown('gateway_finance_run_age_seconds', 'runs', 'age', ['provider'], 'Since the latest reconciliation ended'),
  shown(
    'gateway_finance_snapshot_complete',
    'runs',
    'complete',
    ['provider'],
    '1 if the list of the provider was read completely for it, otherwise 0',
  ),
  shown(
    'gateway_finance_pool_grams',
    'pools',
    'grams',
    ['provider', 'state'],
    'Mass in pools: `open` waits, `sealed` is being bought, `left` is bought and of no member',
  ),
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

  constructor(
    private readonly repository: GaugesRepository,
    private readonly providers: ProviderDirectory,
  ) {}

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
      this.show(this.told(await this.repository.read(OVERDUE_MS)));
    } catch (thrown) {
      for (const { gauge, labels } of this.gauges) clear(gauge, labels);
      this.counted.set(0);
      throw thrown;
    }
  }

  /** Only the quotas of providers that this gateway calls. */
  private told(read: Gauges): Told {
    const buckets = new Map<string, Bucket>(
      this.providers
        .all()
        .flatMap(({ id, capabilities }) =>
          allBuckets(capabilities.quota).map((bucket) => [`${id} ${bucket.name}`, bucket] as const),
        ),
    );
    const quotas = read.quotas.flatMap((level) => {
      const bucket = buckets.get(`${level.provider} ${level.limit}`);
      return bucket ? [{ ...level, left: shareLeft(bucket, level) }] : [];
    });
    return { ...read, quotas };
  }

  private show(read: Told): void {
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
