import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { ConnectionsRepository } from '../../persistence/database/connections.repository.js';
import { Metrics } from '../../telemetry/metrics.js';

export class AdmissionSettings {
  constructor(
    /** Requests are refused while so many statements wait for a connection. */
    readonly databaseQueueLimit: number,
  ) {}
}

/** A full queue of short statements takes about this long. */
const RETRY_AFTER_MS = 2_000;

/** While requests are refused, the log says so this often. */
const REPORT_EVERY_MS = 10_000;

/**
 * Refuses new requests while this process has more to do than its connections to the database can take, so that what it
 * has begun, purchases above all, is recorded in time. Nothing has been done for a request that is refused here.
 */
@Injectable()
export class AdmitRequest {
  private readonly logger = new Logger('admission');
  private refused = 0;
  private reportedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly settings: AdmissionSettings,
    private readonly metrics: Metrics,
  ) {}

  /** Throws AppError `overloaded`. */
  run(): void {
    const { most, waiting } = this.connections.load();
    if (waiting < this.settings.databaseQueueLimit) return;
    this.metrics.requestsRefused.inc();
    this.refused += 1;
    this.report(most, waiting);
    throw new AppError(
      'overloaded',
      `${waiting} statements wait for the ${most} connections of this process. Nothing was done.`,
      { retryAfterMs: RETRY_AFTER_MS },
    );
  }

  private report(connections: number, waiting: number): void {
    const nowMs = performance.now();
    if (nowMs - this.reportedAtMs < REPORT_EVERY_MS) return;
    this.logger.warn(
      { refused: this.refused, waiting, connections, limit: this.settings.databaseQueueLimit },
      'requests are refused: too many statements wait for a connection (DATABASE_POOL_SIZE, DATABASE_QUEUE_LIMIT)',
    );
    this.reportedAtMs = nowMs;
    this.refused = 0;
  }
}
