/** A secret that signs webhooks, as it is kept: who reads it cannot sign. */
export interface SealedSecret {
  /** The key that opens it. */
  readonly keyId: string;
  readonly sealed: string;
  /** Until when it signs beside the newest; null for the newest. */
  readonly expiresAt: Date | null;
}

export const HOUR_MS = 3_600_000;

/** The longest that a secret goes on signing after another has taken its place: a day to bring the new one to a receiver. */
export const MAX_OVERLAP_HOURS = 24;

/** So many sign at most. Each is one more signature in the header of every request. */
export const MOST_SECRETS = 5;

/** Those that sign at this time, newest first. */
export const signingAt = (secrets: readonly SealedSecret[], now: Date): readonly SealedSecret[] =>
  secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);

/**
 * The secrets after a new one was made: those that sign go on for `overlapMs` at most. Not only the latest of them: where
 * the response with a new secret was lost and another was asked for, receivers still know the one before both.
 */
export const rotated = (
  secrets: readonly SealedSecret[],
  fresh: Omit<SealedSecret, 'expiresAt'>,
  now: Date,
  overlapMs: number,
): readonly SealedSecret[] => {
  const end = new Date(now.getTime() + overlapMs);
  const old = signingAt(secrets, now).map((secret) => ({
    ...secret,
    expiresAt: secret.expiresAt !== null && secret.expiresAt < end ? secret.expiresAt : end,
  }));
  return [{ ...fresh, expiresAt: null }, ...(overlapMs > 0 ? old : [])];
};

/** Until when a secret signs that is not the newest; null if the newest signs alone. */
export const oldSecretsExpireAt = ([, ...old]: readonly SealedSecret[]): Date | null =>
  old.reduce<Date | null>(
    (latest, { expiresAt }) => (latest && expiresAt && latest > expiresAt ? latest : expiresAt),
    null,
  );
