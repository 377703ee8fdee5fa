import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DispatchEvents, type Dispatched } from '../application/webhooks/dispatch-events.js';
import { DeliveryRunner } from './delivery-runner.js';
import { Loop } from './loop.js';
import { WorkerSettings } from './task-runner.js';

/**
 * How soon the feed is looked at again: two short reads, a few times a second. A notice with every commit would cost
 * each purchase something.
 */
const LOOK_MS: Readonly<Record<Dispatched['then'], number>> = { more: 0, none: 250, elsewhere: 1_000 };

/** Hands events on from the feed to the queue of deliveries, for as long as the process runs. */
@Injectable()
export class EventDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('webhooks');
  private readonly loop = new Loop(
    () => this.round(),
    (thrown) => this.logger.warn({ err: thrown }, 'the feed could not be dispatched; trying again in a second'),
  );

  constructor(
    private readonly settings: WorkerSettings,
    private readonly dispatch: DispatchEvents,
    private readonly deliveries: DeliveryRunner,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.enabled) this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  private async round(): Promise<number> {
    const { queued, then } = await this.dispatch.run();
    if (queued > 0) this.deliveries.wake();
    return LOOK_MS[then];
  }
}
