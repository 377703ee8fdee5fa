import { Injectable, Logger } from '@nestjs/common';
import { applied, begun } from '../../domain/audit/act.js';
import { deliveryReplayed, windowReplayed } from '../../domain/audit/endpoint-acts.js';
import { AppError } from '../../domain/errors.js';
import { MOST_REPLAYED, type ReplayWindow } from '../../domain/webhooks/replay.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { Endpoint } from '../../domain/webhooks/endpoint.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { AuditRepository } from '../../persistence/audit/audit.repository.js';
import { ReplaysRepository } from '../../persistence/webhooks/replays.repository.js';
import { deliveryNotFound } from './find-delivery.js';
import { FindEndpoint } from './find-endpoint.js';

/** Rows of one statement. */
const BATCH = 1_000;

/**
 * Queues again what was sent, or given up, or never queued. It goes through the same queue as everything, under the same
 * `webhook-id`: a receiver that has it already can tell.
 */
@Injectable()
export class ReplayDeliveries {
  private readonly logger = new Logger('webhooks');

  constructor(
    private readonly replays: ReplaysRepository,
    private readonly endpoints: FindEndpoint,
    private readonly audit: AuditRepository,
  ) {}

  /** One delivery, whatever became of it. Throws `webhook_delivery_not_found`, `webhook_endpoint_disabled`. */
  async one(id: string, scope: TenantScope, by: Actor): Promise<number> {
    const outcome = await this.replays.requeueOne(id, scope, applied(by, deliveryReplayed(id)));
    if (outcome === 'not_found') throw deliveryNotFound();
    if (outcome === 'disabled') throw disabled();
    return 1;
  }

  /** How many `window` would queue. Throws `webhook_endpoint_not_found`. */
  async count(endpointId: string, scope: TenantScope, window: ReplayWindow): Promise<number> {
    return this.replays.count(await this.endpoints.run(endpointId, scope), window);
  }

  /**
   * A window of time of one endpoint. In batches: one that breaks off has queued what it has queued, and can be repeated.
   * Throws `webhook_endpoint_not_found`, `webhook_endpoint_disabled`, `replay_too_large`.
   */
  async window(endpointId: string, scope: TenantScope, window: ReplayWindow, by: Actor): Promise<number> {
    const endpoint = await this.endpoints.run(endpointId, scope);
    if (endpoint.disabled !== null) throw disabled();
    const wanted = await this.replays.count(endpoint, window);
    if (wanted > MOST_REPLAYED)
      throw new AppError(
        'replay_too_large',
        `The window has ${wanted} events to send, and at most ${MOST_REPLAYED} are queued at a time. Choose a shorter one.`,
      );
    if (wanted > 0) await this.audit.record(begun(by, windowReplayed(endpointId, window, wanted)));
    const queued = wanted === 0 ? 0 : await this.queue(endpoint, window);
    await this.audit.record(applied(by, windowReplayed(endpointId, window, queued)));
    this.logger.log({ endpoint_id: endpointId, only: window.only, queued }, 'webhooks are replayed');
    return queued;
  }

  private async queue(endpoint: Endpoint, window: ReplayWindow): Promise<number> {
    let queued = 0;
    for (let after = null; ;) {
      const page = await this.replays.page(endpoint, window, after, BATCH);
      queued += await this.replays.requeue(endpoint, page);
      const last = page.at(-1);
      if (!last || page.length < BATCH) return queued;
      after = last.position;
    }
  }
}

const disabled = (): AppError =>
  new AppError(
    'webhook_endpoint_disabled',
    'Nothing is sent to this endpoint: it is disabled, or deleted. Enable it first (PATCH with "enabled": true).',
  );
