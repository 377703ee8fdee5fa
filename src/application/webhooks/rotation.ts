import { AppError } from '../../domain/errors.js';
import {
  HOUR_MS,
  MOST_SECRETS,
  oldSecretsExpireAt,
  rotated,
  signingAt,
  type SealedSecret,
} from '../../domain/webhooks/secret.js';
import type { FreshSecret } from './secret-keys.js';

/** A new secret, as its holder is shown it. */
export interface RotatedSecret {
  readonly secret: string;
  /** Until when an old one signs beside it; null if none does. */
  readonly oldExpiresAt: Date | null;
}

/** The secrets after a rotation. Throws `webhook_secrets_limit_reached`. */
export const afterRotation = (
  held: readonly SealedSecret[],
  { text, sealed: fresh }: FreshSecret,
  now: Date,
  overlapHours: number,
): RotatedSecret & { readonly sealed: readonly SealedSecret[] } => {
  const sealed = rotated(held, fresh, now, overlapHours * HOUR_MS);
  if (sealed.length > MOST_SECRETS) {
    const ends = signingAt(held, now).flatMap(({ expiresAt }) => (expiresAt ? [expiresAt.getTime()] : []));
    throw new AppError(
      'webhook_secrets_limit_reached',
      `${MOST_SECRETS} secrets may sign at a time, and ${signingAt(held, now).length} do. The next of them ends at ${new Date(Math.min(...ends)).toISOString()}. ` +
        'With "old_secret_expires_in_hours": 0 the new one alone signs, at once.',
    );
  }
  return { sealed, secret: text, oldExpiresAt: oldSecretsExpireAt(sealed) };
};
