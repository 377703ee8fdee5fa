import { Injectable } from '@nestjs/common';
import { signingAt, type SealedSecret } from '../../domain/webhooks/secret.js';
import {
  SECRET_HOLDERS,
  SecretsRepository,
  type HeldSecrets,
  type SecretHolder,
} from '../../persistence/webhooks/secrets.repository.js';
import { SecretKeys, UnopenableSecretError } from './secret-keys.js';

const PAGE = 100;

export interface Resealed {
  /** The key with which everything is sealed now, but for what is `unopenable`. */
  readonly keyId: string;
  readonly endpoints: number;
  readonly tenants: number;
  /** Whose secrets were sealed with a key that is not set: they are left as they are. */
  readonly unopenable: readonly { readonly id: string; readonly keyId: string }[];
}

/**
 * Seals every secret with the first key, so that the others can be taken away. It may be broken off and begun again: what
 * has the first key already is passed over. Secrets that sign no more are dropped.
 */
@Injectable()
export class ResealSecrets {
  constructor(
    private readonly secrets: SecretsRepository,
    private readonly keys: SecretKeys,
  ) {}

  /** Throws `webhooks_not_enabled`. */
  async run(): Promise<Resealed> {
    const keyId = this.keys.sealingKeyId;
    const done = { endpoint: 0, tenant: 0 };
    for (;;) {
      const unopenable: { id: string; keyId: string }[] = [];
      let missed = 0;
      for (const holder of SECRET_HOLDERS)
        for await (const held of this.sealedOtherwise(holder, keyId)) {
          const resealed = this.resealed(held);
          if (resealed instanceof UnopenableSecretError) unopenable.push({ id: held.id, keyId: resealed.keyId });
          else if (await this.secrets.replace(holder, held, resealed, null)) done[holder] += 1;
          else missed += 1;
        }
      // One that was rotated meanwhile still has its old secret under the old key.
      if (missed === 0) return { keyId, endpoints: done.endpoint, tenants: done.tenant, unopenable };
    }
  }

  private async *sealedOtherwise(holder: SecretHolder, keyId: string): AsyncGenerator<HeldSecrets> {
    for (let after = ''; ;) {
      const page = await this.secrets.sealedOtherwise(holder, keyId, after, PAGE);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last.id;
    }
  }

  private resealed({ id, secrets, readAt }: HeldSecrets): readonly SealedSecret[] | UnopenableSecretError {
    try {
      return signingAt(secrets, readAt).map(({ expiresAt, ...sealed }) => ({
        ...(sealed.keyId === this.keys.sealingKeyId ? sealed : this.keys.reseal(sealed, id)),
        expiresAt,
      }));
    } catch (thrown) {
      if (thrown instanceof UnopenableSecretError) return thrown;
      throw thrown;
    }
  }
}
