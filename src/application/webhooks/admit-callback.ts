import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { SecretsRepository } from '../../persistence/webhooks/secrets.repository.js';
import { AdmitTarget } from './admit-target.js';

/** Refuses the callback address of an order that nothing could be sent to, or could not be signed. */
@Injectable()
export class AdmitCallback {
  constructor(
    private readonly targets: AdmitTarget,
    private readonly secrets: SecretsRepository,
  ) {}

  /**
   * `hasSecret`: as it was when the caller's key was read. If it says no, that is looked up before the order is refused,
   * because a secret may have been made since; if yes, nothing is asked.
   */
  async run(address: string, tenantId: string, hasSecret: boolean): Promise<void> {
    this.targets.asWritten('callback_url', address);
    if (hasSecret || (await this.secrets.hasCallbackSecret(tenantId))) return;
    throw new AppError(
      'callback_secret_missing',
      'There is no secret yet to sign what is sent to callback_url: make one, once, by POST /v1/callback-secret/rotate. Nothing was ordered.',
    );
  }
}
