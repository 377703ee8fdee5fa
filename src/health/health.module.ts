import { Module } from '@nestjs/common';
import { WorkerModule } from '../worker/worker.module.js';
import { HealthController } from './health.controller.js';
import { MetricsServer } from './metrics-server.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';

@Module({
  imports: [WorkerModule],
  controllers: [HealthController, MetricsController],
  providers: [MetricsServer, Readiness],
})
export class HealthModule {}
