import { Injectable } from '@nestjs/common';
import { CallbacksRepository } from '../../persistence/callbacks/callbacks.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { tokenHash } from './address-token.js';
import { LostClaims } from './lost-claims.js';

/** A provider's callback is only a hint to read the order again, whatever it says. */
@Injectable()
export class ReceiveCallback {
  constructor(
    private readonly callbacks: CallbacksRepository,
    private readonly providers: ProviderDirectory,
    private readonly losses: LostClaims,
  ) {}

  /** @returns true once the hint is durable, false if no order of this provider has this token. */
  async run(provider: string, token: string, body: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const hint = this.providers.find(provider)?.parseCallback?.(body) ?? null;
    const recorded = await this.callbacks.recordCallback(provider, tokenHash(token), body, hint);
    if (recorded?.isClaimLost) this.losses.report(recorded.orderId, 'callback');
    return recorded !== null;
  }
}
