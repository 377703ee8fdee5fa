import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A person at the identity provider. */
export interface Person {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly roles?: unknown;
}

const CLIENT_ID = 'offset-gateway';
const HOUR_S = 3_600;

const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A real identity provider on a socket, whose people sign in without a word, and which can be made to lie. */
export class TestIdentityProvider {
  readonly clientSecret = randomBytes(24).toString('base64url');
  readonly people = new Map<string, Person>();
  /** What it says in place of the ID token that it should. */
  forge: ((claims: Record<string, unknown>) => { claims: Record<string, unknown>; byAnotherKey?: boolean }) | null =
    null;
  /** Takes requests and does not answer them. */
  isSilent = false;
  /** How often each address of it was asked. */
  readonly asked: string[] = [];

  private readonly key = newKey();
  private readonly otherKey = newKey();
  private readonly provider: Provider;

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
    redirectUri: string,
  ) {
    this.provider = this.configured(redirectUri);
    const answer = this.provider.callback();
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { pathname } = new URL(request.url ?? '/', issuer);
      this.asked.push(pathname);
      if (this.isSilent) return;
      void (pathname.startsWith('/interaction/') ? this.signIn(request, response) : answer(request, response));
    });
  }

  static async start(redirectUri: string): Promise<TestIdentityProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TestIdentityProvider(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, redirectUri);
  }

  get settings() {
    const { issuer, clientSecret } = this;
    return { issuer, clientId: CLIENT_ID, clientSecret, roleClaim: 'roles', roles: null };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private configured(redirectUri: string): Provider {
    const { clientSecret: client_secret } = this;
    const client = { client_id: CLIENT_ID, client_secret, redirect_uris: [redirectUri] };
    const provider = new Provider(this.issuer, {
      clients: [client],
      jwks: { keys: [{ ...this.key.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] },
      cookies: { keys: ['test'] },
      // Without these it says for each that it has one of its own.
      ttl: { AccessToken: HOUR_S, Grant: HOUR_S, IdToken: HOUR_S, Interaction: HOUR_S, Session: HOUR_S },
      features: { devInteractions: { enabled: false } },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['roles'] },
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: (_: unknown, id: string) => {
        const person = this.people.get(id);
        return person && { accountId: id, claims: () => person };
      },
      // Nobody is asked what the gateway may know.
      loadExistingGrant: async ({ oidc }: { oidc: { session: { accountId: string } } }) => {
        const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: CLIENT_ID });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
    });
    provider.use(async (context, next) => {
      await next();
      const body = context.body as { id_token?: string } | undefined;
      if (this.forge === null || context.oidc?.route !== 'token' || body?.id_token === undefined) return;
      const [, payload = ''] = body.id_token.split('.');
      const { claims, byAnotherKey } = this.forge(
        JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>,
      );
      context.body = { ...body, id_token: this.signed(claims, byAnotherKey ? this.otherKey : this.key) };
    });
    return provider;
  }

  /** The person that the browser says it is. */
  private async signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const who = String(request.headers['x-signs-in-as'] ?? '');
    const result = this.people.has(who)
      ? { login: { accountId: who, remember: false } }
      : { error: 'access_denied', error_description: 'nobody signed in' };
    await this.provider.interactionFinished(request, response, result);
  }

  private signed(claims: object, key: ReturnType<typeof newKey>): string {
    const text = `${base64({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${base64(claims)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
  }
}

/** What a browser does with addresses and cookies, without pages. */
export class TestBrowser {
  private readonly cookies = new Map<string, Map<string, string>>();

  /** @param origins where an origin is in truth, for those that are not on this machine */
  constructor(
    private readonly origins: Readonly<Record<string, string>>,
    private readonly signsInAs: string,
    /** Where it is, for gateways that believe a proxy. */
    private readonly address: string,
  ) {}

  cookieOf(origin: string): string {
    return [...(this.cookies.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  setCookie(origin: string, name: string, value: string): void {
    this.cookies.set(origin, (this.cookies.get(origin) ?? new Map<string, string>()).set(name, value));
  }

  /** Follows redirects until `until` is reached, which is not asked for, or a page. @returns where it came to. */
  async visit(address: string, until: (url: URL) => boolean = () => false): Promise<URL> {
    let url = new URL(address);
    while (!until(url)) {
      const next = await this.step(url);
      if (next === null) return url;
      url = next;
    }
    return url;
  }

  /** One request. @returns where it leads to; null if it is a page. */
  async step(url: URL): Promise<URL | null> {
    const response = await fetch(`${this.origins[url.origin] ?? url.origin}${url.pathname}${url.search}`, {
      redirect: 'manual',
      headers: {
        cookie: this.cookieOf(url.origin),
        'x-signs-in-as': this.signsInAs,
        'x-forwarded-for': this.address,
      },
    });
    await response.arrayBuffer();
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.setCookie(url.origin, name, /Max-Age=0/i.test(set) ? '' : value);
    }
    const to = response.headers.get('location');
    return to === null ? null : new URL(to, url);
  }
}
