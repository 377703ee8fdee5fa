import type { WebhookMessage } from './types.js';

/** This was not signed by the gateway with your secret, or not lately: answer 400, and believe nothing of it. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
}

/** What receivers of Standard Webhooks accept: longer, and old requests could be played again. */
const TOLERANCE_SECONDS = 300;

type HeaderValues = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The event in a webhook, once it is certain that the gateway sent it. `body` is the body as it came, before anything
 * parsed it. While a secret is being rotated, give both. Throws WebhookVerificationError.
 */
export const verifyWebhook = async (
  body: string | Uint8Array,
  headers: HeaderValues,
  secret: string | readonly string[],
): Promise<WebhookMessage> => {
  const id = header(headers, 'webhook-id');
  const timestamp = header(headers, 'webhook-timestamp');
  assertRecent(timestamp);
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const signed = join(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  const signatures = header(headers, 'webhook-signature').split(' ').flatMap(bytesOfSignature);
  for (const key of await Promise.all([secret].flat().map(keyFrom)))
    for (const signature of signatures)
      if (await crypto.subtle.verify('HMAC', key, signature, signed))
        return JSON.parse(new TextDecoder().decode(bytes)) as WebhookMessage;
  throw new WebhookVerificationError('No signature is by this secret over this body.');
};

const header = (headers: HeaderValues, name: string): string => {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value !== 'string') throw new WebhookVerificationError(`The header ${name} is missing.`);
  return value;
};

const assertRecent = (timestamp: string): void => {
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (!(Math.abs(Date.now() / 1000 - seconds) <= TOLERANCE_SECONDS))
    throw new WebhookVerificationError('It was signed more than 5 minutes ago, or the clock of this machine is wrong.');
};

/** `v1,<base64>`; other versions are for other verifiers. */
const bytesOfSignature = (versioned: string): Uint8Array<ArrayBuffer>[] => {
  const [version, text = ''] = versioned.split(',');
  return version === 'v1' ? bytesOfBase64(text) : [];
};

const bytesOfBase64 = (text: string): Uint8Array<ArrayBuffer>[] => {
  try {
    return [Uint8Array.from(atob(text), (character) => character.charCodeAt(0))];
  } catch {
    return [];
  }
};

const keyFrom = (secret: string) => {
  const [bytes] = bytesOfBase64(secret.replace(/^whsec_/, ''));
  if (bytes === undefined || bytes.length === 0)
    throw new TypeError('The secret of the webhook is not whsec_… in base64.');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
};

const join = (first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> => {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
};
