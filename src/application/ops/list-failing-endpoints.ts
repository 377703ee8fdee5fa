import { Injectable } from '@nestjs/common';
import type { Endpoint } from '../../domain/webhooks/endpoint.js';
import { EndpointsRepository, type FailingPosition } from '../../persistence/webhooks/endpoints.repository.js';

export type { FailingPosition };

export interface FailingPage {
  readonly endpoints: readonly Endpoint[];
  /** Where the next page begins; null if there is none. */
  readonly next: FailingPosition | null;
}

/** Endpoints of all tenants at which nothing comes through, those first where that has been so for longest. */
@Injectable()
export class ListFailingEndpoints {
  constructor(private readonly endpoints: EndpointsRepository) {}

  async run(after: FailingPosition | null, limit: number): Promise<FailingPage> {
    const found = await this.endpoints.failing(after, limit + 1);
    const endpoints = found.slice(0, limit);
    const last = endpoints.at(-1);
    const next = last?.failingSince && found.length > limit ? { failingSince: last.failingSince, id: last.id } : null;
    return { endpoints, next };
  }
}
