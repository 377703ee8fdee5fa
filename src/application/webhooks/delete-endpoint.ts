import { Injectable, Logger } from '@nestjs/common';
import type { Actor } from '../../domain/orders/cause.js';
import { EndpointsRepository } from '../../persistence/webhooks/endpoints.repository.js';
import { readOnly } from './change-endpoint.js';
import { found } from './find-endpoint.js';

@Injectable()
export class DeleteEndpoint {
  private readonly logger = new Logger('webhooks');

  constructor(private readonly endpoints: EndpointsRepository) {}

  /** Nothing is sent there any more, and what waited for it is a dead letter. */
  async run(id: string, tenantId: string, by: Actor): Promise<void> {
    const deleted = await this.endpoints.delete(id, tenantId, by);
    if (deleted) {
      this.logger.log({ endpoint_id: id, unsent: deleted.unsent }, 'a webhook endpoint was deleted');
      return;
    }
    found(await this.endpoints.find(id, { tenantId }));
    throw readOnly('it cannot be deleted, but disabled');
  }
}
