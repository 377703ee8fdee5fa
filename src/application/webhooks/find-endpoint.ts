import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Endpoint } from '../../domain/webhooks/endpoint.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { EndpointsRepository } from '../../persistence/webhooks/endpoints.repository.js';

@Injectable()
export class FindEndpoint {
  constructor(private readonly endpoints: EndpointsRepository) {}

  /** Throws `webhook_endpoint_not_found` for another tenant's endpoint too. */
  async run(id: string, scope: TenantScope): Promise<Endpoint> {
    return found(await this.endpoints.find(id, scope));
  }
}

export const found = <T>(endpoint: T | null): T => {
  if (endpoint === null) throw new AppError('webhook_endpoint_not_found', 'There is no such webhook endpoint.');
  return endpoint;
};
