import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SendDelivery, type DueDelivery } from '../application/webhooks/send-delivery.js';
import { Loop } from './loop.js';
import { WorkerSettings } from './task-runner.js';

/** Requests to receivers at once. They wait far more than they work, and none of them takes a slot from a purchase. */
const SLOTS = 64;

/** Of one endpoint at once: a receiver that hangs leaves the others the rest, and one that keeps failing all but one. */
const PER_ENDPOINT = 8;

/** Another process may have queued something. */
const POLL_MS = 1_000;

/** Requests that end within this time share one claim. */
const CLAIM_SPACING_MS = 10;

const SWEEP_MS = 15_000;

/** Of the time that a stop may take. What is still under way then is broken off, and sent again by another process. */
const DRAIN_MS = 5_000;

/** Sends what is queued for endpoints, many at a time, in slots of its own: webhooks must not be able to hold up a purchase. */
@Injectable()
export class DeliveryRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('webhooks');
  private readonly stop = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private readonly underWay = new Map<string, number>();
  private readonly loop = new Loop(
    () => this.round(),
    (thrown) => this.logger.warn({ err: thrown }, 'webhooks could not be claimed; trying again in a second'),
  );
  private sweeper: NodeJS.Timeout | undefined;
  private afterEndpoint = '';

  constructor(
    private readonly settings: WorkerSettings,
    private readonly deliveries: SendDelivery,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.enabled) return;
    this.loop.start();
    this.sweeper = setInterval(() => void this.deliveries.giveUpUnsendable().catch(() => undefined), SWEEP_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.sweeper);
    await this.loop.stop();
    const timer = setTimeout(() => this.stop.abort(), DRAIN_MS);
    await Promise.all(this.running);
    clearTimeout(timer);
  }

  /** Something was queued. */
  wake(): void {
    this.loop.wake();
  }

  private async round(): Promise<number> {
    const room = SLOTS - this.running.size;
    if (room === 0) return POLL_MS;
    const { underWay, afterEndpoint } = this;
    const due = await this.deliveries.claim({ room, perEndpoint: PER_ENDPOINT, underWay, afterEndpoint });
    for (const each of due) this.start(each);
    await sleep(CLAIM_SPACING_MS);
    const isFull = due.length === room;
    // With room left, the turn went to the last endpoint: those before its beginning come now.
    this.afterEndpoint = isFull ? lastEndpoint(due) : '';
    return isFull || afterEndpoint === '' ? POLL_MS : 0;
  }

  private start(due: DueDelivery): void {
    const { endpointId, id } = due.delivery;
    this.underWay.set(endpointId, (this.underWay.get(endpointId) ?? 0) + 1);
    const run = this.deliveries
      .run(due, this.stop.signal)
      .catch((thrown: unknown) => {
        if (this.stop.signal.aborted) return;
        this.logger.error({ delivery_id: id, err: thrown }, 'a webhook failed unexpectedly; it is sent again');
      })
      .finally(() => {
        this.running.delete(run);
        const left = (this.underWay.get(endpointId) ?? 1) - 1;
        if (left === 0) this.underWay.delete(endpointId);
        else this.underWay.set(endpointId, left);
        this.loop.wake();
      });
    this.running.add(run);
  }
}

const lastEndpoint = (due: readonly DueDelivery[]): string =>
  due.reduce((last, { delivery }) => (delivery.endpointId > last ? delivery.endpointId : last), '');
