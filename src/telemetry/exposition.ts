import { Injectable, Logger } from '@nestjs/common';
import { DatabaseGauges } from './database-gauges.js';
import { Metrics, ofTheProcess } from './metrics.js';

/** The text that Prometheus scrapes. Without the database it still has what this process counts. */
@Injectable()
export class Exposition {
  private readonly logger = new Logger('metrics');

  constructor(
    private readonly metrics: Metrics,
    private readonly gauges: DatabaseGauges,
  ) {}

  async render(): Promise<string> {
    await this.gauges
      .refresh()
      .catch((thrown: unknown) => this.logger.warn({ err: thrown }, 'open orders and tasks could not be counted'));
    const parts = [this.metrics.registry, this.gauges.registry, ofTheProcess];
    return (await Promise.all(parts.map((registry) => registry.metrics()))).join('\n');
  }
}
