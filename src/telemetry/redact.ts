import { PROVIDER_SECRET_NAMES } from '../providers/provider-directory.js';

/**
 * Headers whose values must never reach a log, an error or a metric, in addition to those that carry providers' keys.
 */
const SECRET_HEADERS = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'idempotency-key', 'x-api-key'];

/** Fields with the same rule: our own and the API's. */
const SECRET_FIELDS = [
  'idempotencyKey',
  'apiKey',
  'api_key',
  'token',
  'secret',
  'secrets',
  'sealed',
  'webhookSecretKeys',
  'clientSecret',
  'password',
  'email',
  'providerCallbackUrl',
  'webhookUrl',
  'callback_url',
  'successUrl',
  'success_url',
  'cancelUrl',
  'cancel_url',
];

const SECRET_NAMES = [...new Set([...SECRET_HEADERS, ...SECRET_FIELDS, ...PROVIDER_SECRET_NAMES])];

const SPELLINGS = [...new Set(SECRET_NAMES.flatMap((name) => [name, capitalised(name)]))];

function capitalised(name: string): string {
  return name.includes('_') ? name : name.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** How deep secrets are redacted in logged objects: `headers.x`, `req.headers.x` and `err.config.headers.x`. */
const PREFIXES = ['', '*', '*.*', '*.*.*'];

/** For pino's `redact.paths`. */
export const REDACT_PATHS: readonly string[] = PREFIXES.flatMap((prefix) =>
  SPELLINGS.map((name) => `${prefix}["${name}"]`),
);

const withItsValue = (names: readonly string[]): RegExp =>
  new RegExp(`\\b(${names.join('|')})(["']?\\s*[:=]\\s*)("[^"]*"|'[^']*'|[^\\r\\n,}]+)`, 'gi');

const HIDDEN = '[redacted]';

const SECRETS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // A header or field with its value, in a dump of any kind.
  [withItsValue([...SECRET_HEADERS, ...PROVIDER_SECRET_NAMES]), `$1$2${HIDDEN}`],
  [/\b(Bearer|API-Key|Basic)\s+[^\s"',}]+/gi, `$1 ${HIDDEN}`],
  // Keys with a known prefix: Carbonmark's and this gateway's own.
  [/\b(cm_api|ofg)_[A-Za-z0-9_-]+/g, `$1_${HIDDEN}`],
  // Secrets that sign webhooks.
  [/\bwhsec_[A-Za-z0-9+/=_-]+/g, `whsec_${HIDDEN}`],
  // Tokens of orders, in the addresses that providers and browsers come back to.
  [/(\/provider-callbacks\/[^/\s"']+\/|\/returns\/)[^/\s"'?#]+/g, `$1${HIDDEN}`],
  [/[^\s@"'<>(]{1,64}@[^\s@"'<>)]+\.[^\s@"'<>).]+/g, HIDDEN],
];

/** The text without what looks like a secret: for messages of libraries, which may quote what they were given. */
export const redactText = (text: string): string =>
  SECRETS.reduce((shorter, [pattern, replacement]) => shorter.replaceAll(pattern, replacement), text);
