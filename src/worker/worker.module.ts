import { Module } from '@nestjs/common';
import { DeliveryRunner } from './delivery-runner.js';
import { EventDispatcher } from './event-dispatcher.js';
import { LotClaimer } from './lot-claimer.js';
import { LedgerPoster } from './ledger-poster.js';
import { TaskHandlers } from './task-handlers.js';
import { TaskRunner } from './task-runner.js';

@Module({
  providers: [DeliveryRunner, EventDispatcher, LedgerPoster, LotClaimer, TaskHandlers, TaskRunner],
  exports: [TaskRunner],
})
export class WorkerModule {}
