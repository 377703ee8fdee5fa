import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { endpointChanged } from '../../domain/audit/endpoint-acts.js';
import { AppError } from '../../domain/errors.js';
import {
  endpointChange,
  isEmpty,
  mayChange,
  type Endpoint,
  type EndpointSettings,
} from '../../domain/webhooks/endpoint.js';
import type { Actor } from '../../domain/orders/cause.js';
import { EndpointsRepository } from '../../persistence/webhooks/endpoints.repository.js';
import { AdmitTarget } from './admit-target.js';
import { found } from './find-endpoint.js';
import { untilWritten } from './until-written.js';

/** Changes what its tenant may set of an endpoint. What waits to be sent goes to the address as it is then. */
@Injectable()
export class ChangeEndpoint {
  constructor(
    private readonly endpoints: EndpointsRepository,
    private readonly targets: AdmitTarget,
  ) {}

  async run(id: string, tenantId: string, settings: EndpointSettings, by: Actor): Promise<Endpoint> {
    return untilWritten(async () => {
      const endpoint = found(await this.endpoints.find(id, { tenantId }));
      const change = endpointChange(endpoint, settings);
      if (isEmpty(change)) return endpoint;
      if (!mayChange(endpoint, change)) throw readOnly('enabled can be set, and nothing else');
      if (change.url !== undefined) await this.targets.run('url', change.url);
      return this.endpoints.commit(endpoint, change, applied(by, endpointChanged(endpoint, change)));
    });
  }
}

export const readOnly = (what: string): AppError =>
  new AppError('webhook_endpoint_read_only', `This endpoint was made for the callback_url of orders: ${what}.`);
