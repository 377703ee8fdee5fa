import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ActType } from '../domain/audit/act-states.js';
import type { OrderStatus } from '../domain/orders/lifecycle.js';
import type { OperationClass, ProviderId } from '../domain/providers/calls.js';
import type { PauseReason } from '../domain/providers/throttle.js';
import { CLAIM_SOURCES } from '../domain/purchases/claims.js';
import { ConnectionsRepository } from '../persistence/database/connections.repository.js';
import type { CallReport } from '../providers/provider-directory.js';

/** One request to this gateway, after its response was sent, or its client was gone. */
export interface RequestReport {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

const DELIVERY_OUTCOMES = ['delivered', 'failed', 'dead', 'not_signable'] as const;

/** Memory, CPU, event loop: the same for every gateway in a process. */
export const ofTheProcess = new Registry();

/**
 * The metrics that each process counts as things happen. What is open is counted in the database (DatabaseGauges), so a
 * scrape costs the same however many orders have ended.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly ordersRepaired = new Counter({
    name: 'gateway_orders_without_task_total',
    help: 'Open orders that were found without a task and given one; must stay 0',
    registers: [this.registry],
  });

  readonly requestsRefused = new Counter({
    name: 'gateway_requests_refused_total',
    help: 'Requests that were refused because too many statements waited for a connection to the database',
    registers: [this.registry],
  });

  readonly ordersLost = new Counter({
    name: 'gateway_orders_lost_total',
    help: 'Times that an order was missing which the database had confirmed; must stay 0',
    registers: [this.registry],
  });

  readonly claimsLost = new Counter({
    name: 'gateway_claims_lost_total',
    help: 'Purchases named by browsers or callbacks that could not be kept, because the order had too many; must stay 0',
    labelNames: ['source'],
    registers: [this.registry],
  });

  readonly auditBroken = new Counter({
    name: 'gateway_audit_broken_total',
    help: 'Times that the audit was followed and found to be broken; must stay 0',
    registers: [this.registry],
  });

  private readonly acts = new Counter({
    name: 'gateway_ops_acts_total',
    help: 'Requests for acts that the audit keeps, dry runs too: done, refused (4xx) or failed',
    labelNames: ['act', 'outcome'],
    registers: [this.registry],
  });

  private readonly elsewhere = new Gauge({
    name: 'gateway_provider_other_account',
    help: '1 if this process calls another account of the provider than the one where orders are open, otherwise 0',
    labelNames: ['provider'],
    registers: [this.registry],
  });

  private readonly deliveries = new Counter({
    name: 'gateway_webhook_deliveries_total',
    help: 'Requests to webhook endpoints: delivered, failed (sent again later), dead (given up); not_signable: not sent',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  private readonly endpointsDisabled = new Counter({
    name: 'gateway_webhook_endpoints_disabled_total',
    help: 'Webhook endpoints that were disabled: gone (the receiver said so), failing (nothing came through for 120 h)',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  private readonly moves = new Counter({
    name: 'gateway_order_moves_total',
    help: 'Orders that this process moved to a status',
    labelNames: ['provider', 'status'],
    registers: [this.registry],
  });

  private readonly pauses = new Counter({
    name: 'gateway_provider_pauses_total',
    help: 'Pauses that this process began, by class of calls and reason',
    labelNames: ['provider', 'class', 'reason'],
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

  private readonly requests = new Counter({
    name: 'gateway_http_requests_total',
    help: 'Requests by route and status; 499: the client was gone before its response',
    labelNames: ['method', 'route', 'status'],
    registers: [this.registry],
  });

  private readonly requestSeconds = new Histogram({
    name: 'gateway_http_request_seconds',
    help: 'How long requests took, by route. Orders include the wait for the provider',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 30],
    registers: [this.registry],
  });

  constructor(connections: ConnectionsRepository) {
    // An alert on a rise sees none in a series that begins with its first count.
    for (const source of CLAIM_SOURCES) this.claimsLost.inc({ source }, 0);
    for (const outcome of DELIVERY_OUTCOMES) this.countDelivery(outcome, 0);
    if (ofTheProcess.getMetricsAsArray().length === 0) collectDefaultMetrics({ register: ofTheProcess });
    new Gauge({
      name: 'gateway_database_connections',
      help: 'Connections of this process to the database; waiting: statements that wait for one',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        const { most, inUse, idle, waiting } = connections.load();
        for (const [state, count] of Object.entries({ most, in_use: inUse, idle, waiting })) this.set({ state }, count);
      },
    });
  }

  observeCall({ provider, operation, outcome, latencyMs, unread }: CallReport): void {
    this.providerCalls.observe({ provider, operation, outcome }, latencyMs / 1000);
    if (unread.length > 0) this.unread.inc({ provider, operation }, unread.length);
  }

  observeRequest({ method, route, status, seconds }: RequestReport): void {
    this.requests.inc({ method, route, status });
    this.requestSeconds.observe({ method, route }, seconds);
  }

  countAct(act: ActType, outcome: 'done' | 'refused' | 'failed'): void {
    this.acts.inc({ act, outcome });
  }

  showElsewhere(provider: ProviderId, isElsewhere: boolean): void {
    this.elsewhere.set({ provider }, isElsewhere ? 1 : 0);
  }

  countMove(provider: string, status: OrderStatus): void {
    this.moves.inc({ provider, status });
  }

  countPause(provider: ProviderId, operationClass: OperationClass, reason: PauseReason): void {
    this.pauses.inc({ provider, class: operationClass, reason });
  }

  countDelivery(outcome: (typeof DELIVERY_OUTCOMES)[number], times = 1): void {
    this.deliveries.inc({ outcome }, times);
  }

  countEndpointDisabled(reason: 'gone' | 'failing'): void {
    this.endpointsDisabled.inc({ reason });
  }
}
