import { createHash } from 'node:crypto';

/**
 * SHA-256 of a validated payload as JSON with sorted keys: spacing and the order of fields do not matter, anything else
 * does. Only what the caller gave is in it, no defaults, so that a field added later changes no earlier fingerprint.
 */
export const fingerprintOf = (payload: object): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(canonicalJson(payload)).digest());

const canonicalJson = (payload: object): string =>
  JSON.stringify(payload, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
