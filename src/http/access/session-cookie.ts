import type { FastifyReply, FastifyRequest } from 'fastify';

/** The prefix has browsers take it from this host alone, by TLS (or from this machine), for every path. */
export const SESSION_COOKIE = '__Host-ofg_ops';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** How a request says who is calling. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly authorization: string }
  | { readonly kind: 'session'; readonly token: string }
  /** A session and a key: it is not clear for whom it acts. */
  | { readonly kind: 'both' }
  /** A session, and nothing that shows that a page of this gateway has sent it. */
  | { readonly kind: 'cross_site' };

/**
 * What a browser adds to a request, whoever made it do so, counts only if one of our own pages has: other sites can send
 * neither this Sec-Fetch-Site nor this Origin.
 */
export const credentialsOf = ({ headers, method }: FastifyRequest, publicUrl: string): Credentials => {
  const { authorization } = headers;
  const token = sessionTokenIn(headers.cookie);
  if (token === null) return authorization === undefined ? { kind: 'none' } : { kind: 'key', authorization };
  if (authorization !== undefined) return { kind: 'both' };
  const isOurs = headers['sec-fetch-site'] === 'same-origin';
  const isRead = method === 'GET' || method === 'HEAD';
  const isMeant =
    headers.origin === new URL(publicUrl).origin && /^application\/json\b/i.test(headers['content-type'] ?? '');
  return isOurs && (isRead || isMeant) ? { kind: 'session', token } : { kind: 'cross_site' };
};

/** Whether a browser says that a page of another site has sent this. Programs say nothing. */
export const isFromElsewhere = ({ headers }: FastifyRequest): boolean =>
  headers['sec-fetch-site'] !== undefined && headers['sec-fetch-site'] !== 'same-origin';

export const sendSessionCookie = (reply: FastifyReply, token: string, lastsMs: number): void =>
  void reply.header('set-cookie', `${SESSION_COOKIE}=${token}; ${ATTRIBUTES}; Max-Age=${lastsMs / 1000}`);

export const clearSessionCookie = (reply: FastifyReply): void =>
  void reply.header('set-cookie', `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`);

/** The first of the name, as it was written; null without one. */
const sessionTokenIn = (cookie: string | undefined): string | null => {
  for (const pair of (cookie ?? '').split(';')) {
    const [name, ...value] = pair.split('=');
    if (name?.trim() === SESSION_COOKIE) return value.join('=').trim();
  }
  return null;
};
