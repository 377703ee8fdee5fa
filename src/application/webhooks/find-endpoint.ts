import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Endpoint } from '../../domain/webhooks/endpoint.js';
import { EndpointsRepository } from '../../persistence/webhooks/endpoints.repository.js';

@Injectable()
export class FindEndpoint {
  constructor(private readonly endpoints: EndpointsRepository) {}

  /** Throws `webhook_endpoint_not_found` for another tenant's endpoint too. */
  async run(id: string, tenantId: string): Promise<Endpoint> {
    return found(await this.endpoints.find(id, tenantId));
  }
}

export const found = <T>(endpoint: T | null): T => {
  if (endpoint === null) throw new AppError('webhook_endpoint_not_found', 'There is no such webhook endpoint.');
  return endpoint;
};
