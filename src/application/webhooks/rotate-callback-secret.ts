import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { secretRotated } from '../../domain/audit/endpoint-acts.js';
import type { Actor } from '../../domain/orders/cause.js';
import { SecretsRepository } from '../../persistence/webhooks/secrets.repository.js';
import { afterRotation, type RotatedSecret } from './rotation.js';
import { SecretKeys } from './secret-keys.js';
import { untilWritten } from './until-written.js';

@Injectable()
export class RotateCallbackSecret {
  constructor(
    private readonly secrets: SecretsRepository,
    private readonly keys: SecretKeys,
  ) {}

  /** A new secret for the callback addresses of a tenant's orders; its first, if it has none. */
  async run(tenantId: string, overlapHours: number, by: Actor): Promise<RotatedSecret> {
    return untilWritten(async () => {
      const held = await this.secrets.ofTenant(tenantId);
      if (!held) throw new Error('the tenant of a key is missing');
      const { sealed, ...rotation } = afterRotation(held.secrets, this.keys.make(tenantId), held.readAt, overlapHours);
      const act = secretRotated('callback_secret.rotate', tenantId, rotation.oldExpiresAt);
      return (await this.secrets.replace('tenant', held, sealed, applied(by, act))) ? rotation : null;
    });
  }
}
