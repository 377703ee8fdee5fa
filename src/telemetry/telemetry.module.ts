import { Global, Module } from '@nestjs/common';
import { DatabaseGauges } from './database-gauges.js';
import { Exposition } from './exposition.js';
import { Metrics } from './metrics.js';

@Global()
@Module({ providers: [DatabaseGauges, Exposition, Metrics], exports: [Exposition, Metrics] })
export class TelemetryModule {}
