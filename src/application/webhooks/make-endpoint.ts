import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { Endpoint } from '../../domain/webhooks/endpoint.js';
import {
  EndpointsRepository,
  type EndpointRequest,
  type Made,
} from '../../persistence/webhooks/endpoints.repository.js';
import { AdmitTarget } from './admit-target.js';
import { EndpointLimits } from './endpoint-limits.js';
import { SecretKeys } from './secret-keys.js';

export interface MadeEndpoint {
  readonly endpoint: Endpoint;
  /** Null for a repeat of the request: the secret was shown, and no one but a receiver may know it again. */
  readonly secret: string | null;
}

/**
 * Makes an endpoint with a secret of its own. The idempotency key is kept with the endpoint and not with a response: a
 * stored response would hold the secret. So a repeat gets the endpoint as it is, without its secret.
 */
@Injectable()
export class MakeEndpoint {
  constructor(
    private readonly endpoints: EndpointsRepository,
    private readonly targets: AdmitTarget,
    private readonly keys: SecretKeys,
    private readonly limits: EndpointLimits,
  ) {}

  async run(request: EndpointRequest, by: Actor): Promise<MadeEndpoint> {
    // A repeat must not be refused because something has changed since.
    const known = await this.endpoints.known(request);
    if (known) return this.told(known, null);
    const id = this.endpoints.nextId();
    const { text, sealed } = this.keys.make(id);
    await this.targets.run('url', request.url);
    return this.told(await this.endpoints.make(request, id, sealed, this.limits.perTenant, by), text);
  }

  private told(made: Made, secret: string | null): MadeEndpoint {
    switch (made.kind) {
      case 'made':
        return { endpoint: made.endpoint, secret };
      case 'made_before':
        return { endpoint: made.endpoint, secret: null };
      case 'reused':
        throw new AppError('idempotency_key_reused', 'The Idempotency-Key was used before with another payload.');
      case 'deleted':
        throw new AppError(
          'webhook_endpoint_not_found',
          'The endpoint that was made with this Idempotency-Key has been deleted since. For another, use a new key.',
        );
      case 'no_room':
        throw new AppError(
          'webhook_endpoint_limit_reached',
          `This tenant may have ${this.limits.perTenant} webhook endpoints and has ${made.existing}. Delete one, or change one to the new address.`,
        );
    }
  }
}
