import { Module } from '@nestjs/common';
import { WorkerModule } from '../worker/worker.module.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';

@Module({ imports: [WorkerModule], controllers: [HealthController, MetricsController], providers: [Readiness] })
export class HealthModule {}
