import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { SESSION_MS } from '../../application/access/open-session.js';
import { SignInByProvider, type Handshake } from '../../application/access/sign-in-by-provider.js';
import type { SignInRefusal } from '../../domain/operators/refusals.js';
import { clearHandshakeCookie, handshakeIn, sendHandshakeCookie, sendSessionCookie } from '../access/session-cookie.js';
import { HttpProblem } from '../problems/http-problem.js';
import { HttpSettings } from '../server/http-settings.js';
import { SignInThrottle } from '../throttling/sign-in-throttle.js';
import { DASHBOARD_PATH, SIGN_IN_CALLBACK, SIGN_IN_PATH } from './sign-in-paths.js';

/** The address of the callback holds a code: no page that comes after may be told it. */
const HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

/** What a browser keeps of a sign-in that it has begun. */
interface Begun extends Handshake {
  /** The page that it was begun for. */
  readonly to: string;
}

/**
 * Sign-in by the identity provider. Browsers come here by themselves and not a program, so a refusal is the page to sign
 * in on, which says what to do. What comes back counts only in the browser that was sent away.
 */
export const serveSignIn = (app: NestFastifyApplication): void => {
  if (!app.get(HttpSettings).signIn.byProvider) return;
  const signIn = app.get(SignInByProvider);
  const throttle = app.get(SignInThrottle);
  const fastify = app.getHttpAdapter().getInstance();

  fastify.get<{ Querystring: { to?: unknown } }>(SIGN_IN_PATH, async ({ query }, reply) => {
    const begun = await signIn.begin();
    if (begun === null) return refuse(reply, 'unavailable');
    sendHandshakeCookie(reply, cookieOf({ ...begun.handshake, to: pageFrom(query.to) }));
    return send(reply, begun.address.href);
  });

  fastify.get(SIGN_IN_CALLBACK, async (request, reply) => {
    const begun = begunFrom(handshakeIn(request) ?? '');
    clearHandshakeCookie(reply);
    if (begun === null) return refuse(reply, 'begin_again');
    if (!(await isAdmitted(() => throttle.admit(request.ip)))) return refuse(reply, 'too_many');
    const [, query = ''] = /^[^?]*(\?.*)?$/.exec(request.url) ?? [];
    const signedIn = await signIn.finish(query, begun, request.id);
    if (signedIn.kind === 'refused') {
      await isAdmitted(() => throttle.countFailure(reply, request.ip));
      return refuse(reply, signedIn.refusal);
    }
    sendSessionCookie(reply, signedIn.token, SESSION_MS);
    return send(reply, begun.to);
  });
};

const send = (reply: FastifyReply, to: string): FastifyReply => reply.headers(HEADERS).redirect(to, 303);

const refuse = (reply: FastifyReply, refusal: SignInRefusal): FastifyReply =>
  send(reply, `${DASHBOARD_PATH}?refused=${refusal}`);

const isAdmitted = (counted: () => Promise<void>): Promise<boolean> =>
  counted().then(
    () => true,
    (thrown: unknown) => {
      if (thrown instanceof HttpProblem) return false;
      throw thrown;
    },
  );

/** A page of the dashboard, and nothing else: whoever writes the link must not decide where people end up. */
const pageFrom = (to: unknown): string => {
  const isPage =
    typeof to === 'string' && to.length <= 500 && /^\/ops(\/(?!sign-in\/)[\w/.~%-]*)?(\?[\w=&.~%+-]*)?$/.test(to);
  return isPage ? to : DASHBOARD_PATH;
};

const cookieOf = ({ state, nonce, verifier, to }: Begun): string =>
  [state, nonce, verifier, Buffer.from(to).toString('base64url')].join('.');

/** @returns null if it is not as it was written. */
const begunFrom = (cookie: string): Begun | null => {
  const [, state, nonce, verifier, to] = /^([\w-]{43})\.([\w-]{43})\.([\w-]{43})\.([\w-]{1,1000})$/.exec(cookie) ?? [];
  if (state === undefined || nonce === undefined || verifier === undefined || to === undefined) return null;
  return { state, nonce, verifier, to: pageFrom(Buffer.from(to, 'base64url').toString()) };
};
