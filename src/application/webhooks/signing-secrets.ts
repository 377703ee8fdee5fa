import { signingAt, type SealedSecret } from '../../domain/webhooks/secret.js';
import { SecretKeys } from './secret-keys.js';

/** There is no secret that could sign. */
export class NoSecretError extends Error {
  override readonly name = 'NoSecretError';
}

/** The secrets that sign now, opened. Throws UnopenableSecretError, NoSecretError. */
export const signingSecrets = (
  keys: SecretKeys,
  secrets: readonly SealedSecret[],
  ownerId: string,
  now: Date,
): readonly Uint8Array[] => {
  const opened = signingAt(secrets, now).map((secret) => keys.open(secret, ownerId));
  if (opened.length === 0) throw new NoSecretError('there is no secret that could sign');
  return opened;
};
