import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PostLedger, type Posted } from '../application/ledger/post-ledger.js';
import { Loop } from './loop.js';
import { WorkerSettings } from './task-runner.js';

/** How soon the feed is looked at again. Nobody waits for the books to the second. */
const LOOK_MS: Readonly<Record<Posted['next'], number>> = { more: 0, none: 1_000, elsewhere: 1_000 };

/** Posts to the ledger what the feed tells, for as long as the process runs, in no slot that a purchase could need. */
@Injectable()
export class LedgerPoster implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('ledger');
  private readonly loop = new Loop(
    async () => LOOK_MS[(await this.ledger.run()).next],
    (thrown) => this.logger.warn({ err: thrown }, 'the ledger could not be posted; trying again in a second'),
  );

  constructor(
    private readonly settings: WorkerSettings,
    private readonly ledger: PostLedger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.enabled) this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }
}
