import { Controller, Get, Header, NotFoundException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Exposition } from '../telemetry/exposition.js';
import { METRICS_TYPE, MetricsSettings } from './metrics-server.js';

/** Metrics for Prometheus, unless they have a port of their own. They hold counts only: no id, no name, no amount. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly exposition: Exposition,
    private readonly settings: MetricsSettings,
  ) {}

  @Get()
  @Header('content-type', METRICS_TYPE)
  read(): Promise<string> {
    if (this.settings.port !== null) throw new NotFoundException();
    return this.exposition.render();
  }
}
