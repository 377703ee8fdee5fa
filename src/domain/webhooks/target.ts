import { isLoopbackHost, urlFrom } from '../addresses.js';

/** Why an address may not be a target. For our logs: to whoever named it, it is not allowed, and that is all. */
export type TargetRefusal =
  'unreadable' | 'scheme' | 'credentials' | 'port' | 'local_name' | 'address' | 'unresolvable';

/** What is said of every refusal, the address that a name leads to included: an answer must not map our network. */
export const TARGET_RULE =
  'must be an https address on port 443 or 8443, without user and password, whose host name leads to public addresses only';

export class TargetNotAllowedError extends Error {
  override readonly name = 'TargetNotAllowedError';

  constructor(readonly refusal: TargetRefusal) {
    super('target not allowed');
  }
}

export interface TargetRule {
  /** Development: this machine may be named, on any port and without TLS. */
  readonly allowsLoopback: boolean;
}

/**
 * Not a range such as 1024 and up: databases, caches and control planes listen there, and no receiver on the internet
 * needs more than the port of https and its usual second.
 */
const PORTS: ReadonlySet<string> = new Set(['', '8443']);

/** Last labels that are no one's on the internet: of this machine, of a local network, of a cluster. */
const LOCAL_SUFFIXES: ReadonlySet<string> = new Set(
  'alt arpa cluster corp home internal intranet invalid lan local localdomain localhost mail onion private svc test'.split(
    ' ',
  ),
);

/** At least two labels. What a certificate can be issued for, and no trailing dot, so that a name has one spelling. */
const PUBLIC_NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z](?:[a-z0-9-]{0,61}[a-z0-9]))$/;

/** What the URL parser drops or turns into something else, and what a person reads wrongly. */
const MISLEADING = /[\s\p{Cc}\p{Cf}\\]/u;

/**
 * The address as it will be dialled, or why it may not be, as far as its text tells: the addresses that the host has are
 * judged when it is dialled. It is read as URLs are everywhere (WHATWG): hosts in hexadecimal, octal, with fewer numbers,
 * full-width digits or percent-encoded come out as plain addresses and names.
 */
export const targetFrom = (text: string, { allowsLoopback }: TargetRule): URL => {
  const url = (MISLEADING.test(text) ? null : urlFrom(text)) ?? refuse('unreadable');
  if (url.username !== '' || url.password !== '' || namesUser(text)) refuse('credentials');
  const isHere = allowsLoopback && isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !(isHere && url.protocol === 'http:')) refuse('scheme');
  if (isHere) return url;
  if (!PORTS.has(url.port)) refuse('port');
  if (literalAddress(url.hostname) === null && !isPublicName(url.hostname)) refuse('local_name');
  return url;
};

/** The address that a host of a URL is, if it is no name. */
export const literalAddress = (host: string): string | null => {
  if (host.startsWith('[')) return host.slice(1, -1);
  return /^\d+(\.\d+){3}$/.test(host) ? host : null;
};

const isPublicName = (host: string): boolean => {
  const last = PUBLIC_NAME.exec(host)?.[1];
  return last !== undefined && !LOCAL_SUFFIXES.has(last);
};

/** Even an empty user: nobody writes one but to mislead. */
const namesUser = (text: string): boolean => /^[a-z]+:\/*[^/?#]*@/i.test(text);

const refuse = (refusal: TargetRefusal): never => {
  throw new TargetNotAllowedError(refusal);
};
