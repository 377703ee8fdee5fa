import { Global, Module } from '@nestjs/common';
import { DatabaseGauges } from './database-gauges.js';
import { Metrics } from './metrics.js';

@Global()
@Module({ providers: [DatabaseGauges, Metrics], exports: [Metrics] })
export class TelemetryModule {}
