import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { secretRotated } from '../../domain/audit/endpoint-acts.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { Endpoint } from '../../domain/webhooks/endpoint.js';
import { EndpointsRepository } from '../../persistence/webhooks/endpoints.repository.js';
import { readOnly } from './change-endpoint.js';
import { found } from './find-endpoint.js';
import { afterRotation, type RotatedSecret } from './rotation.js';
import { SecretKeys } from './secret-keys.js';
import { untilWritten } from './until-written.js';

@Injectable()
export class RotateEndpointSecret {
  constructor(
    private readonly endpoints: EndpointsRepository,
    private readonly keys: SecretKeys,
  ) {}

  /** A new secret for an endpoint. The old one signs beside it for `overlapHours`. */
  async run(
    id: string,
    tenantId: string,
    overlapHours: number,
    by: Actor,
  ): Promise<RotatedSecret & { readonly endpoint: Endpoint }> {
    return untilWritten(async () => {
      const { endpoint, secrets, readAt } = found(await this.endpoints.findWithSecrets(id, tenantId));
      if (endpoint.origin === 'order')
        throw readOnly('it is signed with the secret of its tenant, see POST /v1/callback-secret/rotate');
      const { sealed, ...rotation } = afterRotation(secrets, this.keys.make(id), readAt, overlapHours);
      const act = secretRotated('webhook_endpoint.rotate_secret', id, rotation.oldExpiresAt);
      const changed = await this.endpoints.commit(endpoint, { secrets: sealed }, applied(by, act));
      return changed && { ...rotation, endpoint: changed };
    });
  }
}
