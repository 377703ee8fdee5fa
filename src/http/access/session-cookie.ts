import type { FastifyReply, FastifyRequest } from 'fastify';

/** The prefix has browsers take it from this host alone, by TLS (or from this machine), for every path. */
export const SESSION_COOKIE = '__Host-ofg_ops';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/**
 * What a browser keeps while its operator is at the identity provider. Lax, because it is another site that sends the
 * browser back, and a Strict one would not come along.
 */
const HANDSHAKE_COOKIE = '__Host-ofg_oidc';
const HANDSHAKE_ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';
const HANDSHAKE_SECONDS = 600;

/** How a request says who is calling. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly authorization: string }
  | { readonly kind: 'session'; readonly token: string }
  /** A session and a key: it is not clear for whom it acts. */
  | { readonly kind: 'both' }
  /** A session, and nothing that shows that a page of this gateway has sent it. */
  | { readonly kind: 'cross_site' };

/** What no form of another site can send: a browser would ask us first, and we let none. The file of a statement is CSV. */
const MEANT = /^(application\/json|text\/csv)\b/i;

/**
 * What a browser adds to a request, whoever made it do so, counts only if one of our own pages has: other sites can send
 * neither this Sec-Fetch-Site nor this Origin.
 */
export const credentialsOf = ({ headers, method }: FastifyRequest, publicUrl: string): Credentials => {
  const { authorization } = headers;
  const token = cookieIn(headers.cookie, SESSION_COOKIE);
  if (token === null) return authorization === undefined ? { kind: 'none' } : { kind: 'key', authorization };
  if (authorization !== undefined) return { kind: 'both' };
  const isOurs = headers['sec-fetch-site'] === 'same-origin';
  const isRead = method === 'GET' || method === 'HEAD';
  const isMeant = headers.origin === new URL(publicUrl).origin && MEANT.test(headers['content-type'] ?? '');
  return isOurs && (isRead || isMeant) ? { kind: 'session', token } : { kind: 'cross_site' };
};

/** Whether a browser says that a page of another site has sent this. Programs say nothing. */
export const isFromElsewhere = ({ headers }: FastifyRequest): boolean =>
  headers['sec-fetch-site'] !== undefined && headers['sec-fetch-site'] !== 'same-origin';

export const sendSessionCookie = (reply: FastifyReply, token: string, lastsMs: number): void =>
  void reply.header('set-cookie', `${SESSION_COOKIE}=${token}; ${ATTRIBUTES}; Max-Age=${lastsMs / 1000}`);

export const clearSessionCookie = (reply: FastifyReply): void =>
  void reply.header('set-cookie', `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`);

export const sendHandshakeCookie = (reply: FastifyReply, value: string): void =>
  void reply.header(
    'set-cookie',
    `${HANDSHAKE_COOKIE}=${value}; ${HANDSHAKE_ATTRIBUTES}; Max-Age=${HANDSHAKE_SECONDS}`,
  );

export const clearHandshakeCookie = (reply: FastifyReply): void =>
  void reply.header('set-cookie', `${HANDSHAKE_COOKIE}=; ${HANDSHAKE_ATTRIBUTES}; Max-Age=0`);

export const handshakeIn = ({ headers }: FastifyRequest): string | null => cookieIn(headers.cookie, HANDSHAKE_COOKIE);

/** The first of the name, as it was written; null without one. */
const cookieIn = (cookie: string | undefined, wanted: string): string | null => {
  for (const pair of (cookie ?? '').split(';')) {
    const [name, ...value] = pair.split('=');
    if (name?.trim() === wanted) return value.join('=').trim();
  }
  return null;
};
