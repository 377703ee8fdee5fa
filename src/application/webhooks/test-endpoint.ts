import { Injectable, Logger } from '@nestjs/common';
import type { SendResult } from '../../domain/webhooks/delivery.js';
import { DeliveryQueueRepository } from '../../persistence/webhooks/delivery-queue.repository.js';
import { EndpointsRepository } from '../../persistence/webhooks/endpoints.repository.js';
import { SecretsRepository } from '../../persistence/webhooks/secrets.repository.js';
import { WebhookSender } from '../../webhooks/webhook-sender.js';
import { EventRenderer } from './event-renderer.js';
import { found } from './find-endpoint.js';
import { SecretKeys } from './secret-keys.js';
import { signingSecrets } from './signing-secrets.js';

/**
 * Sends one message of a type of its own to an endpoint, now, as every message is sent: signed, and past the guard. It is
 * no event: not in the feed, not repeated, and of no consequence for the endpoint. A disabled endpoint can be tried, too.
 */
@Injectable()
export class TestEndpoint {
  private readonly logger = new Logger('webhooks');

  constructor(
    private readonly endpoints: EndpointsRepository,
    private readonly secrets: SecretsRepository,
    private readonly queue: DeliveryQueueRepository,
    private readonly keys: SecretKeys,
    private readonly sender: WebhookSender,
    private readonly renderer: EventRenderer,
  ) {}

  /** Throws `webhook_endpoint_not_found`. */
  async run(id: string, tenantId: string): Promise<SendResult & { readonly messageId: string }> {
    const { endpoint, secrets, readAt } = found(await this.endpoints.findWithSecrets(id, tenantId));
    const messageId = this.queue.nextMessageId();
    const { url, disabled, origin } = endpoint;
    const body = this.renderer.renderTest({
      id: messageId,
      at: readAt,
      endpoint: { id, url, disabledReason: disabled?.reason ?? null },
    });
    const signing =
      origin === 'order'
        ? signingSecrets(this.keys, (await this.secrets.ofTenant(tenantId))?.secrets ?? [], tenantId, readAt)
        : signingSecrets(this.keys, secrets, id, readAt);
    const sent = await this.sender.send({ target: url, message: { id: messageId, body }, secrets: signing });
    if (sent.refusal !== null)
      this.logger.warn({ endpoint_id: id, refusal: sent.refusal }, 'a webhook endpoint may not be sent to');
    return { ...sent, messageId };
  }
}
