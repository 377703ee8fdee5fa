import { Body, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EndSession } from '../../../application/access/end-session.js';
import { OpenSession, SESSION_MS } from '../../../application/access/open-session.js';
import type { Principal } from '../../../application/access/principal.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting, Caller } from '../../access/principal.js';
import { clearSessionCookie, isFromElsewhere, sendSessionCookie } from '../../access/session-cookie.js';
import { ApiEmptyResponse, ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { HttpProblem } from '../../problems/http-problem.js';
import { HttpSettings } from '../../server/http-settings.js';
import { SignInThrottle } from '../../throttling/sign-in-throttle.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { SESSION } from './session.examples.js';
import { OPEN_SESSION_EXAMPLES } from './ops-request.examples.js';
import { V1 } from '../v1.decorator.js';
import { presentSession } from './session.presenter.js';
import { OpenSessionRequest } from './session.request.js';
import { SessionResponse } from './session.response.js';

@V1('ops/session', 'Operators')
export class SessionController {
  constructor(
    private readonly open: OpenSession,
    private readonly end: EndSession,
    private readonly throttle: SignInThrottle,
    private readonly settings: HttpSettings,
  ) {}

  @Post()
  @NoQuery()
  @ApiEndpoint({
    id: 'openSession',
    summary: 'Sign in',
    description:
      'Exchanges the key of an operator for a session, whose token comes as the cookie `__Host-ofg_ops`: for the pages of this gateway, not for programs. It ends after 8 hours, after an hour without a request, and within 5 seconds with its key or its operator.',
    access: 'public',
    act: 'session.open',
    problems: ['unauthenticated', 'operator_key_required', 'key_sign_in_off', 'cross_site_request', 'overloaded'],
  })
  @ApiBody({ type: OpenSessionRequest, examples: OPEN_SESSION_EXAMPLES })
  @ApiJsonResponse(201, 'The session', SessionResponse, { session: SESSION }, ['Set-Cookie'])
  async signIn(
    @Body() { key }: OpenSessionRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionResponse> {
    if (isFromElsewhere(request)) throw new HttpProblem('cross_site_request', 'Sign in on the pages of this gateway.');
    if (!this.settings.signIn.byKey)
      throw new HttpProblem('key_sign_in_off', 'Sign in by the identity provider: /ops/sign-in/oidc.');
    await this.throttle.admit(request.ip);
    const opened = await this.open.run(key, request.id);
    if (opened === null) {
      await this.throttle.countFailure(reply, request.ip);
      throw new HttpProblem('unauthenticated', 'The key is malformed, unknown, revoked or expired.');
    }
    sendSessionCookie(reply, opened.token, SESSION_MS);
    return presentSession(opened.caller, opened.expiresAt);
  }

  @Get()
  @NoQuery()
  @ApiEndpoint({ id: 'getSession', summary: 'Who am I, and what may I do', access: 'ops' })
  @ApiJsonResponse(200, 'The caller', SessionResponse, { operator: SESSION })
  read(@Caller() caller: Principal): SessionResponse {
    return presentSession(caller, caller.session?.expiresAt ?? null);
  }

  @Delete()
  @HttpCode(204)
  @NoInput()
  @ApiEndpoint({
    id: 'endSession',
    summary: 'Sign out',
    description: 'Ends the session of the cookie. With a key there is none, and nothing to end.',
    access: 'ops',
    act: 'session.end',
  })
  @ApiEmptyResponse(204, 'It has ended')
  async signOut(
    @Caller() caller: Principal,
    @Acting() by: RequestActor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    clearSessionCookie(reply);
    if (caller.session) await this.end.run(caller.session.id, by);
  }
}
