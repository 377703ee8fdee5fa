import { Injectable } from '@nestjs/common';
import { fillPlaceholders } from '../../domain/orders/return-address.js';
import { CallbacksRepository } from '../../persistence/callbacks/callbacks.repository.js';
import { tokenHash } from './address-token.js';
import { LostClaims } from './lost-claims.js';

/** What a payment or session id can look like. Anything else did not come from a provider. */
const RETURNED_ID = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * A payer's browser comes back from a hosted checkout. The id it carries is only a claim. The address it is sent on to
 * is the caller's, validated when the order was placed.
 */
@Injectable()
export class RecordReturn {
  constructor(
    private readonly callbacks: CallbacksRepository,
    private readonly losses: LostClaims,
  ) {}

  /**
   * The caller's address to send the browser on to: `success_url` if it brought an id, otherwise `cancel_url`.
   * @returns null if no order has this token, or it has no such address.
   */
  async run(token: string, returnedId: string | null): Promise<string | null> {
    const claim = returnedId !== null && RETURNED_ID.test(returnedId) ? returnedId : null;
    const targets = await this.callbacks.recordReturn(tokenHash(token), claim);
    if (targets?.isClaimLost) this.losses.report(targets.orderId, 'return');
    const target = claim === null ? targets?.cancelUrl : targets?.successUrl;
    if (!targets || !target) return null;
    return fillPlaceholders(target, { ORDER_ID: targets.orderId, CHECKOUT_SESSION_ID: claim ?? '' });
  }
}
