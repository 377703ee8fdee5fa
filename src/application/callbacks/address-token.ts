import { createHash, randomBytes } from 'node:crypto';

/**
 * 256 random bits in an address that a provider or a browser is given. Only the hash is stored, to find the order by.
 */
export const newAddressToken = (): string => randomBytes(32).toString('base64url');

export const tokenHash = (token: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(token).digest());
