import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ClaimLots, type Claimed } from '../application/lots/claim-lots.js';
import { Loop } from './loop.js';
import { WorkerSettings } from './task-runner.js';

/** How soon the feed is looked at again: it goes behind the ledger, which nobody waits for to the second either. */
const LOOK_MS: Readonly<Record<Claimed['next'], number>> = { more: 0, none: 1_000, elsewhere: 1_000 };

/** Claims what retirements prove, beside the ledger: what is wrong with a proof holds up no money. */
@Injectable()
export class LotClaimer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('proofs');
  private readonly loop = new Loop(
    async () => LOOK_MS[(await this.lots.run()).next],
    (thrown) => this.logger.warn({ err: thrown }, 'proofs could not be taken in; trying again in a second'),
  );

  constructor(
    private readonly settings: WorkerSettings,
    private readonly lots: ClaimLots,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.enabled) this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }
}
