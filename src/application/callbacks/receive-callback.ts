import { Injectable } from '@nestjs/common';
import { ObservationsRepository } from '../../persistence/orders/observations.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { returnTokenHash } from './return-token.js';

/** A provider's callback: a hint to read again, whatever it says. */
@Injectable()
export class ReceiveCallback {
  constructor(
    private readonly observations: ObservationsRepository,
    private readonly providers: ProviderDirectory,
  ) {}

  /** True once the hint is durable. False: no order of this provider has this token. */
  async run(provider: string, token: string, body: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const hint = this.providers.find(provider)?.parseCallback?.(body) ?? null;
    return (await this.observations.recordCallback(provider, returnTokenHash(token), body, hint)) !== null;
  }
}
