import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { TARGET_RULE, TargetNotAllowedError } from '../../domain/webhooks/target.js';
import { TargetGuard } from '../../webhooks/target-guard.js';

/**
 * Refuses addresses that nothing may be sent to: `target_not_allowed`. The caller is told the rule, and never which part
 * of it was broken or what a name leads to; our log is.
 */
@Injectable()
export class AdmitTarget {
  private readonly logger = new Logger('webhooks');

  constructor(private readonly guard: TargetGuard) {}

  /** As far as the text of the address tells. Where its host leads is looked up at every send. */
  asWritten(field: string, address: string): void {
    try {
      this.guard.read(address);
    } catch (thrown) {
      throw this.refusal(field, thrown);
    }
  }

  /** Also where its host leads now. */
  async run(field: string, address: string): Promise<void> {
    await this.guard.vet(address).catch((thrown: unknown) => {
      throw this.refusal(field, thrown);
    });
  }

  private refusal(field: string, thrown: unknown): unknown {
    if (!(thrown instanceof TargetNotAllowedError)) return thrown;
    this.logger.debug({ refusal: thrown.refusal }, 'an address for webhooks is refused');
    return new AppError('target_not_allowed', `${field} ${TARGET_RULE}.`, { errors: { [field]: [TARGET_RULE] } });
  }
}
