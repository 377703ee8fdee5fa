import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '../../domain/errors.js';
import type { SealedSecret } from '../../domain/webhooks/secret.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SECRET_BYTES = 32;

/** A secret was sealed with a key that is not among ours, or for another owner, or was changed since. */
export class UnopenableSecretError extends Error {
  override readonly name = 'UnopenableSecretError';

  constructor(readonly keyId: string) {
    super(`a secret that was sealed with the key ${keyId} of WEBHOOK_SECRET_KEYS cannot be opened`);
  }
}

type Sealed = Pick<SealedSecret, 'keyId' | 'sealed'>;

/** A secret for its holder to keep: shown once. */
export interface FreshSecret {
  /** As Standard Webhooks writes it. */
  readonly text: string;
  readonly sealed: Sealed;
}

/**
 * The one place where secrets of webhooks are sealed and opened: AES-256-GCM, bound to the endpoint or the tenant that a
 * secret belongs to, so that none can be put in the place of another's. The first key seals, all of them open.
 */
export class SecretKeys {
  constructor(private readonly keys: ReadonlyMap<string, Buffer>) {}

  /** Of a valid setting: `id:base64` of 32 bytes, several separated by commas. Null: webhooks are off. */
  static from(setting: string | null): SecretKeys {
    const pairs = (setting ?? '').split(',').filter((pair) => pair !== '');
    return new SecretKeys(
      new Map(
        pairs.map((pair) => {
          const [id = '', key = ''] = pair.split(':');
          return [id, Buffer.from(key, 'base64')] as const;
        }),
      ),
    );
  }

  /** Throws `webhooks_not_enabled` where there is no key. */
  get sealingKeyId(): string {
    return this.first().id;
  }

  /** A new secret of this endpoint, or for the callbacks of this tenant. Throws `webhooks_not_enabled`. */
  make(ownerId: string): FreshSecret {
    const secret = randomBytes(SECRET_BYTES);
    return { text: `whsec_${secret.toString('base64')}`, sealed: this.seal(secret, ownerId) };
  }

  /** The bytes that sign. Throws UnopenableSecretError. */
  open({ keyId, sealed }: Sealed, ownerId: string): Buffer {
    const key = this.keys.get(keyId);
    const bytes = Buffer.from(sealed, 'base64');
    if (!key || bytes.length < NONCE_BYTES + TAG_BYTES) throw new UnopenableSecretError(keyId);
    const opening = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(ownerId))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([opening.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), opening.final()]);
    } catch {
      throw new UnopenableSecretError(keyId);
    }
  }

  /** The same secret under the first key. Throws UnopenableSecretError, `webhooks_not_enabled`. */
  reseal(sealed: Sealed, ownerId: string): Sealed {
    return this.seal(this.open(sealed, ownerId), ownerId);
  }

  private seal(secret: Buffer, ownerId: string): Sealed {
    const { id: keyId, key } = this.first();
    const nonce = randomBytes(NONCE_BYTES);
    const sealing = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(ownerId));
    const bytes = Buffer.concat([nonce, sealing.update(secret), sealing.final(), sealing.getAuthTag()]);
    return { keyId, sealed: bytes.toString('base64') };
  }

  private first(): { readonly id: string; readonly key: Buffer } {
    const [first] = this.keys;
    if (first) return { id: first[0], key: first[1] };
    throw new AppError(
      'webhooks_not_enabled',
      'Webhooks are not enabled at this gateway: its operator has to set WEBHOOK_SECRET_KEYS.',
    );
  }
}
