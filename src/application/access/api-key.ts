import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * A key as its holder writes it: `ofg_<env>_<key id>_<secret><checksum>`. The checksum (CRC-32 of all before it, 8 hex
 * digits) shows that a key is mistyped or cut off without asking the database.
 */
export interface ApiKeyText {
  readonly keyId: string;
  readonly secretHash: Uint8Array<ArrayBuffer>;
}

const FORM = /^(ofg_[a-z]{1,12}_([a-z0-9]{16})_([A-Za-z0-9]{43}))([0-9a-f]{8})$/;

/** @returns null if the text is no key of ours. */
export const apiKeyFrom = (text: string): ApiKeyText | null => {
  const [, body, keyId, secret, checksum] = FORM.exec(text) ?? [];
  if (body === undefined || keyId === undefined || secret === undefined || checksum !== checksumOf(body)) return null;
  return { keyId, secretHash: hashOf(secret) };
};

/** A new key. `text` is shown once; only the hash is kept. */
export const newApiKey = (environment: 'live' | 'dev'): ApiKeyText & { readonly text: string } => {
  const keyId = randomBytes(8).toString('hex');
  const secret = randomText(43);
  const body = `ofg_${environment}_${keyId}_${secret}`;
  return { keyId, secretHash: hashOf(secret), text: body + checksumOf(body) };
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 43 letters of 62 are 256 bits. Bytes from 248 on are dropped, because they would favour the first letters. */
const randomText = (length: number): string => {
  let text = '';
  while (text.length < length)
    for (const byte of randomBytes(length)) if (byte < 248 && text.length < length) text += ALPHABET[byte % 62];
  return text;
};

/** The secret is random, so a fast hash is enough: there is nothing to guess. */
const hashOf = (secret: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(secret).digest());

const checksumOf = (body: string): string => crc32(body).toString(16).padStart(8, '0');
