import { types } from 'node:util';
import { endedBeforeConnected } from './agents.js';

/** Failures that happen before a byte of the request can have left. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * The system calls of connecting: however they fail, even with a time-out, there was no connection to write to. Other
 * calls can fail with some of the codes above too, on a connection that has carried the request.
 */
const CONNECTING = new Set(['connect', 'getaddrinfo']);

/** The server's certificate is refused on our side, before the request is written. */
const CERTIFICATE =
  /^(CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|HOSTNAME_MISMATCH$|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|ERR_TLS_CERT_ALTNAME_INVALID$)/;

/** Real errors are wrapped a few times at most; the limit ends a chain that leads back to itself. */
const MAX_DEPTH = 5;

/**
 * Whether it is certain that the provider saw nothing of the request. The innermost cause decides; of an
 * AggregateError (one member per address tried) every member must be certain, because its own code is only the
 * first one's.
 */
export const wasNeverSent = (thrown: unknown, depth = 0): boolean => {
  if (!types.isNativeError(thrown) || depth > MAX_DEPTH) return false;
  if (types.isNativeError(thrown.cause)) return wasNeverSent(thrown.cause, depth + 1);
  if ('errors' in thrown && Array.isArray(thrown.errors))
    return thrown.errors.length > 0 && thrown.errors.every((member) => wasNeverSent(member, depth + 1));
  if (endedBeforeConnected(thrown)) return true;
  const { code, syscall } = thrown as NodeJS.ErrnoException;
  if (syscall !== undefined) return CONNECTING.has(syscall);
  return code !== undefined && (NEVER_SENT.has(code) || CERTIFICATE.test(code));
};
