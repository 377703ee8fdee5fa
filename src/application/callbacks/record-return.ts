import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { fillPlaceholders } from '../../domain/orders/return-address.js';
import { CallbacksRepository } from '../../persistence/callbacks/callbacks.repository.js';
import { tokenHash } from './address-token.js';

/** What a payment or session id can look like. Anything else did not come from a provider. */
const RETURNED_ID = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * A payer's browser comes back from a hosted checkout. The id it carries is only a claim. The address it is sent on to
 * is the caller's, validated when the order was placed.
 */
@Injectable()
export class RecordReturn {
  constructor(private readonly callbacks: CallbacksRepository) {}

  /** The caller's address to send the browser on to: `success_url` if it brought an id, otherwise `cancel_url`. */
  async run(token: string, returnedId: string | null): Promise<string> {
    const claim = returnedId !== null && RETURNED_ID.test(returnedId) ? returnedId : null;
    const targets = await this.callbacks.recordReturn(tokenHash(token), claim);
    const target = claim === null ? targets?.cancelUrl : targets?.successUrl;
    if (!targets || !target) throw new AppError('callback_token_unknown', 'There is no such address.');
    return fillPlaceholders(target, { ORDER_ID: targets.orderId, CHECKOUT_SESSION_ID: claim ?? '' });
  }
}
