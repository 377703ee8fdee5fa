import { Injectable } from '@nestjs/common';
import type { Endpoint } from '../../domain/webhooks/endpoint.js';
import {
  EndpointsRepository,
  type EndpointFilter,
  type EndpointPosition,
} from '../../persistence/webhooks/endpoints.repository.js';

export type { EndpointFilter, EndpointPosition };

export interface EndpointPage {
  readonly endpoints: readonly Endpoint[];
  /** Where the next page begins; null if there is none. */
  readonly next: EndpointPosition | null;
}

/** The endpoints of a tenant, newest first. */
@Injectable()
export class ListEndpoints {
  constructor(private readonly endpoints: EndpointsRepository) {}

  async run(filter: EndpointFilter, after: EndpointPosition | null, limit: number): Promise<EndpointPage> {
    const found = await this.endpoints.list(filter, after, limit + 1);
    const endpoints = found.slice(0, limit);
    const last = endpoints.at(-1);
    return { endpoints, next: last && found.length > limit ? { createdAt: last.createdAt, id: last.id } : null };
  }
}
