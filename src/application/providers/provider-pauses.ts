import { Injectable, Logger } from '@nestjs/common';
import type { OperationClass, ProviderId } from '../../domain/providers/calls.js';
import { PAUSE_MS, type PauseReason } from '../../domain/providers/throttle.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import { Metrics } from '../../telemetry/metrics.js';

/**
 * Begins and ends pauses. Each writes one line and one count, in the process that found out; a pause that is prolonged
 * writes none.
 */
@Injectable()
export class ProviderPauses {
  private readonly logger = new Logger('providers');

  constructor(
    private readonly health: ProviderHealthRepository,
    private readonly metrics: Metrics,
  ) {}

  async begin(provider: ProviderId, operationClass: OperationClass, reason: PauseReason): Promise<void> {
    if (await this.health.pause(provider, operationClass, reason, PAUSE_MS[reason]))
      this.reportPause(provider, operationClass, reason);
  }

  /** Counts a call without a response; enough of them in a row pause the class. */
  async countFailure(provider: ProviderId, operationClass: OperationClass): Promise<void> {
    if (await this.health.countFailure(provider, operationClass, PAUSE_MS.unavailable))
      this.reportPause(provider, operationClass, 'unavailable');
  }

  /** The provider responded: clears the failures and the pause of the class. */
  async end(provider: ProviderId, operationClass: OperationClass): Promise<void> {
    const hasResumed = await this.health.resume(provider, operationClass);
    if (hasResumed)
      this.logger.log(
        { provider, operation_class: operationClass },
        `${callsOf(operationClass)} at the provider resume`,
      );
  }

  /** Only a read has succeeded, so purchases resume, and the first that fails pauses them again. */
  async endOnTrial(provider: ProviderId): Promise<void> {
    await this.health.resumeOnTrial(provider);
    this.logger.log(
      { provider, operation_class: 'purchases' },
      'purchases at the provider resume on trial: the first failure pauses them again',
    );
  }

  private reportPause(provider: ProviderId, operationClass: OperationClass, reason: PauseReason): void {
    this.metrics.countPause(provider, operationClass, reason);
    this.logger.warn(
      { provider, operation_class: operationClass, reason, asked_again_in_ms: PAUSE_MS[reason] },
      `${callsOf(operationClass)} at the provider are paused`,
    );
  }
}

const callsOf = (operationClass: OperationClass): string => (operationClass === 'purchases' ? 'purchases' : 'reads');
