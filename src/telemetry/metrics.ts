import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { OrderCounts } from '../persistence/orders/order-counts.js';
import { TasksRepository } from '../persistence/tasks/tasks.repository.js';
import type { CallReport } from '../providers/provider-directory.js';

/** A due task that no worker has taken up for this long is overdue. */
const OVERDUE_MS = 60_000;

/** What Prometheus reads. Counts of orders and tasks are read from the database when it asks. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly ordersRepaired = new Counter({
    name: 'gateway_orders_without_task_total',
    help: 'Open orders that were found without a task and given one; must stay 0',
    registers: [this.registry],
  });

  private readonly providerCalls = new Histogram({
    name: 'gateway_provider_call_seconds',
    help: 'Calls to providers, retries included, by how they ended',
    labelNames: ['provider', 'operation', 'outcome'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  private readonly orders = this.gauge('gateway_orders', 'Orders by provider and status', ['provider', 'status']);
  private readonly review = this.gauge('gateway_orders_in_review', 'Orders that a person must look at', ['provider']);
  private readonly inDoubt = this.gauge('gateway_orders_in_doubt', 'Orders sent, with no readable response', [
    'provider',
  ]);
  private readonly due = this.gauge('gateway_tasks_due', 'Tasks that are due', []);
  private readonly overdue = this.gauge('gateway_tasks_overdue', 'Tasks that have been due for over a minute', []);

  constructor(
    private readonly orderCounts: OrderCounts,
    private readonly tasks: TasksRepository,
  ) {}

  observeCall({ provider, operation, outcome, latencyMs }: CallReport): void {
    this.providerCalls.observe({ provider, operation, outcome }, latencyMs / 1000);
  }

  /** The text Prometheus scrapes. Rejects when the database does not respond. */
  async render(): Promise<string> {
    const [counts, tasks] = await Promise.all([this.orderCounts.read(), this.tasks.counts(OVERDUE_MS)]);
    for (const gauge of [this.orders, this.review, this.inDoubt]) gauge.reset();
    for (const { provider, status, count, review } of counts) {
      this.orders.set({ provider, status }, count);
      this.review.inc({ provider }, review);
      this.inDoubt.inc({ provider }, status === 'in_doubt' ? count : 0);
    }
    this.due.set(tasks.due);
    this.overdue.set(tasks.overdue);
    return this.registry.metrics();
  }

  private gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
