import { Injectable, Logger } from '@nestjs/common';
import type { ClaimSource } from '../../domain/purchases/claims.js';
import { Metrics } from '../../telemetry/metrics.js';

/** Claims that could not be kept, because their order has too many undecided ones: each is logged and counted. */
@Injectable()
export class LostClaims {
  private readonly logger = new Logger('claims');

  constructor(private readonly metrics: Metrics) {}

  report(orderId: string, source: ClaimSource): void {
    this.metrics.claimsLost.inc({ source });
    this.logger.warn({ order_id: orderId, source }, 'a purchase that was named for this order could not be kept');
  }
}
