import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { OrderStatus } from '../domain/orders/lifecycle.js';
import { OrderCounts } from '../persistence/orders/order-counts.js';
import { TasksRepository } from '../persistence/tasks/tasks.repository.js';
import type { CallReport } from '../providers/provider-directory.js';

/** A task that has been due for this long is overdue. */
const OVERDUE_MS = 60_000;

/**
 * The metrics for Prometheus. Each process counts events as they happen. Only open orders and tasks are counted in the
 * database, at each scrape, so a scrape costs the same however many orders have ended.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly ordersRepaired = new Counter({
    name: 'gateway_orders_without_task_total',
    help: 'Open orders that were found without a task and given one; must stay 0',
    registers: [this.registry],
  });

  private readonly moves = new Counter({
    name: 'gateway_order_moves_total',
    help: 'Orders that this process moved to a status',
    labelNames: ['provider', 'status'],
    registers: [this.registry],
  });

  private readonly providerCalls = new Histogram({
    name: 'gateway_provider_call_seconds',
    help: 'Calls to providers, retries included, by how they ended',
    labelNames: ['provider', 'operation', 'outcome'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  private readonly unread = new Counter({
    name: 'gateway_provider_unread_total',
    help: 'Rows and parts of providers responses that could not be read and were passed over',
    labelNames: ['provider', 'operation'],
    registers: [this.registry],
  });

  private readonly open = this.gauge('gateway_orders_open', 'Orders that have not ended, by provider and status', [
    'provider',
    'status',
  ]);
  private readonly review = this.gauge('gateway_orders_in_review', 'Orders that a person must look at', [
    'provider',
    'reason',
  ]);
  private readonly due = this.gauge('gateway_tasks_due', 'Tasks that are due', []);
  private readonly overdue = this.gauge('gateway_tasks_overdue', 'Tasks that have been due for over a minute', []);

  constructor(
    private readonly orderCounts: OrderCounts,
    private readonly tasks: TasksRepository,
  ) {}

  observeCall({ provider, operation, outcome, latencyMs, unread }: CallReport): void {
    this.providerCalls.observe({ provider, operation, outcome }, latencyMs / 1000);
    if (unread.length > 0) this.unread.inc({ provider, operation }, unread.length);
  }

  countMove(provider: string, status: OrderStatus): void {
    this.moves.inc({ provider, status });
  }

  /** The text that Prometheus scrapes. Rejects if the database does not respond. */
  async render(): Promise<string> {
    const [open, review, tasks] = await Promise.all([
      this.orderCounts.open(),
      this.orderCounts.underReview(),
      this.tasks.counts(OVERDUE_MS),
    ]);
    for (const gauge of [this.open, this.review]) gauge.reset();
    for (const { count, ...labels } of open) this.open.set(labels, count);
    for (const { count, ...labels } of review) this.review.set(labels, count);
    this.due.set(tasks.due);
    this.overdue.set(tasks.overdue);
    return this.registry.metrics();
  }

  private gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
