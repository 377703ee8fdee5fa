import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { CreateOperator } from '../../src/application/access/create-operator.js';
import type { Role } from '../../src/domain/operators/operator.js';
import { IdentityProvider } from '../../src/identity/identity-provider.js';
import { TestBrowser, TestIdentityProvider, type Person } from '../support/identity-provider.js';
import { BY_TESTER } from '../support/launcher.js';
import { Documentation } from './documentation.js';
import { ServedGateway } from './served-gateway.js';

const OURS = 'https://gateway.example';
const CALLBACK = `${OURS}/ops/sign-in/oidc/callback`;
const BEGIN = `${OURS}/ops/sign-in/oidc`;

describe('operators who sign in by the identity provider', () => {
  let idp: TestIdentityProvider;
  let gateway: ServedGateway;
  beforeAll(async () => {
    idp = await TestIdentityProvider.start(CALLBACK);
    gateway = await ServedGateway.start({ oidc: idp.settings, keySignIn: false, trustedProxies: '127.0.0.1' });
  });
  afterAll(async () => {
    await gateway.stop();
    await idp.stop();
  });
  afterEach(() => {
    idp.forge = null;
  });

  let count = 0;
  /** Somebody of this name at the provider, and an operator here if a role is given. */
  const person = async (
    { role, ...told }: Partial<Person> & { role?: Role | null } = {},
    name = `ann-${++count}`,
  ): Promise<{ sub: string; email: string; operatorId: string; key: string }> => {
    const email = `${name}@example.com`;
    idp.people.set(name, { sub: name, email, email_verified: true, roles: ['approver'], ...told });
    if (role === null) return { sub: name, email, operatorId: '', key: '' };
    const wanted = { name, email, role: role ?? 'approver' } as const;
    const made = await gateway.app.get(CreateOperator).run(wanted, 'dev', BY_TESTER);
    if (!made) throw new Error('there is one already');
    return { sub: name, email, operatorId: made.operator.id, key: made.key };
  };
  let browsers = 0;
  /** Each at an address of its own, with its own ten tries. */
  const browser = (sub: string, address = `10.0.0.${++browsers}`) =>
    new TestBrowser({ [OURS]: gateway.url }, sub, address);
  const isBack = ({ href }: URL): boolean => href.startsWith(CALLBACK);
  /** Where the browser of somebody ends up. */
  const signIn = async (sub: string, from = BEGIN, address?: string): Promise<{ at: string; tab: TestBrowser }> => {
    const tab = browser(sub, address);
    const { pathname, search } = await tab.visit(from);
    return { at: `${pathname}${search}`, tab };
  };
  const who = async (tab: TestBrowser) => {
    const cookie = tab.cookieOf(OURS);
    return gateway.anonymous.get('/v1/ops/session').set({ cookie, 'sec-fetch-site': 'same-origin' });
  };
  const sessionsOf = (operatorId: string) =>
    gateway.rows('SELECT id FROM operator_sessions WHERE operator_id = $1', [operatorId]);

  it('are linked by the email address that it has verified, and have the role that it tells', async () => {
    const { sub, operatorId } = await person({ role: 'viewer' });
    const { at, tab } = await signIn(sub);
    expect(at).toBe('/ops');
    expect((await who(tab)).body).toMatchObject({ operator: { id: operatorId, role: 'approver' } });
    const acts = await gateway.rows(
      "SELECT act, operator_id FROM audit_log WHERE operator_id = $1 AND outcome = 'applied' ORDER BY number",
      [operatorId],
    );
    expect(acts.map(({ act }) => act)).toEqual(['operator.link', 'operator.change_role', 'session.open']);

    // From then on it is the account that counts, whatever address it has.
    idp.people.set(sub, { sub, email: 'other@example.com', email_verified: false, roles: 'operator' });
    const again = await signIn(sub);
    expect((await who(again.tab)).body).toMatchObject({ operator: { id: operatorId, role: 'operator' } });
    expect(await sessionsOf(operatorId)).toHaveLength(2);
  });

  it('come to the page that they wanted, and to no other site', async () => {
    const { sub } = await person();
    const { at } = await signIn(sub, `${BEGIN}?to=${encodeURIComponent('/ops/orders?status=placed')}`);
    expect(at).toBe('/ops/orders?status=placed');
    for (const to of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/opsx',
      '/v1/orders',
      '/ops/sign-in/oidc',
      '/ops@evil.example',
      'javascript:alert(1)',
      '/ops\r\nx: y',
    ])
      expect((await signIn(sub, `${BEGIN}?to=${encodeURIComponent(to)}`)).at).toBe('/ops');
    expect((await signIn(sub, `${BEGIN}?to=a&x=b`)).at).toBe('/ops');
  });

  it.each<[string, Partial<Person> & { role?: Role | null }, string]>([
    ['without a role', { roles: ['cook'] }, 'no_role'],
    ['without the claim', { roles: undefined }, 'no_role'],
    ['with a role that is no text', { roles: { admin: true } }, 'no_role'],
    ['without an operator', { role: null }, 'no_operator'],
    ['with an email address that is not verified', { email_verified: false }, 'no_operator'],
    ['of whom it is not said whether it is', { email_verified: undefined as never }, 'no_operator'],
  ])('do not come in %s', async (_, told, refusal) => {
    const { sub, operatorId } = await person(told);
    const { at, tab } = await signIn(sub);
    expect(at).toBe(`/ops?refused=${refusal}`);
    expect((await who(tab)).status).toBe(401);
    expect(await sessionsOf(operatorId)).toEqual([]);
  });

  it('do not come in once they are disabled, or have no role any more', async () => {
    const { sub, operatorId } = await person();
    await signIn(sub);
    idp.people.set(sub, { sub, roles: [] });
    expect((await signIn(sub)).at).toBe('/ops?refused=no_role');
    idp.people.set(sub, { sub, roles: ['admin'] });
    await gateway.rows('UPDATE operators SET disabled_at = now() WHERE id = $1', [operatorId]);
    expect((await signIn(sub)).at).toBe('/ops?refused=disabled');
    expect(await sessionsOf(operatorId)).toHaveLength(1);
    const refused = await gateway.rows(
      "SELECT problem_code FROM audit_log WHERE operator_id = $1 AND act = 'session.open' AND outcome = 'refused' ORDER BY number",
      [operatorId],
    );
    expect(refused.map(({ problem_code: code }) => code)).toEqual(['scope_missing', 'unauthenticated']);
  });

  it('are one person with one account: no second account becomes theirs, and no account another’s', async () => {
    const { sub, email, operatorId } = await person();
    await signIn(sub);
    await person({ role: null, email }, 'twin');
    expect((await signIn('twin')).at).toBe('/ops?refused=no_operator');
    const other = await person();
    // The same account, now under the address of somebody else.
    idp.people.set(sub, { sub, email: other.email, email_verified: true, roles: ['admin'] });
    const { tab } = await signIn(sub);
    expect((await who(tab)).body).toMatchObject({ operator: { id: operatorId } });
    await expect(
      gateway.rows('UPDATE operator_identities SET operator_id = $1 WHERE subject = $2', [other.operatorId, sub]),
    ).rejects.toThrow('stays with its operator');
    await expect(gateway.rows('DELETE FROM operator_identities')).rejects.toThrow('stays with its operator');
  });

  it('lose the session when their keys are replaced, and can sign in again', async () => {
    const { sub, operatorId } = await person();
    const { tab } = await signIn(sub);
    await gateway.rows('UPDATE api_keys SET revoked_at = now() WHERE operator_id = $1', [operatorId]);
    expect((await who(tab)).status).toBe(401);
    const again = await signIn(sub);
    expect((await who(again.tab)).body).toMatchObject({ operator: { id: operatorId } });
  });

  it('are not taken for who has another browser: a callback counts where it was begun, and once', async () => {
    const { sub, operatorId } = await person();
    const own = browser(sub);
    const callback = await own.visit(BEGIN, isBack);
    // Sent to somebody else, who would be signed in as them: neither by itself, nor beside a sign-in of their own.
    const other = browser('nobody');
    expect((await other.visit(callback.href)).search).toBe('?refused=begin_again');
    await other.visit(BEGIN, (url) => url.href.startsWith(idp.issuer));
    expect((await other.visit(callback.href)).search).toBe('?refused=begin_again');
    expect(await sessionsOf(operatorId)).toEqual([]);
    // Where it was begun it counts.
    const before = own.cookieOf(OURS);
    expect((await own.visit(callback.href)).search).toBe('');
    // Replayed, even with all that the browser had: the cookie is gone, and the provider knows the code.
    expect((await own.visit(callback.href)).search).toBe('?refused=begin_again');
    own.setCookie(OURS, '__Host-ofg_oidc', before.split('__Host-ofg_oidc=')[1] ?? '');
    expect((await own.visit(callback.href)).search).toBe('?refused=begin_again');
    expect(await sessionsOf(operatorId)).toHaveLength(1);
  });

  it.each<[string, (part: { state: string; nonce: string; verifier: string }) => object]>([
    ['state', () => ({ state: 'x'.repeat(43) })],
    ['nonce', () => ({ nonce: 'x'.repeat(43) })],
    ['PKCE verifier', () => ({ verifier: 'x'.repeat(43) })],
  ])('are refused with another %s', async (_, other) => {
    const { sub, operatorId } = await person();
    const tab = browser(sub);
    const callback = await tab.visit(BEGIN, isBack);
    const [state = '', nonce = '', verifier = '', to = ''] = (
      /__Host-ofg_oidc=([^;]*)/.exec(tab.cookieOf(OURS))?.[1] ?? ''
    ).split('.');
    const parts = { state, nonce, verifier };
    const changed = { ...parts, ...other(parts) };
    tab.setCookie(OURS, '__Host-ofg_oidc', [changed.state, changed.nonce, changed.verifier, to].join('.'));
    expect((await tab.visit(callback.href)).search).toBe('?refused=begin_again');
    expect(await sessionsOf(operatorId)).toEqual([]);
  });

  it.each<[string, NonNullable<TestIdentityProvider['forge']>]>([
    ['of another issuer', (claims) => ({ claims: { ...claims, iss: 'https://evil.example' } })],
    ['for another client', (claims) => ({ claims: { ...claims, aud: 'another' } })],
    ['with another nonce', (claims) => ({ claims: { ...claims, nonce: 'another' } })],
    ['that has expired', (claims) => ({ claims: { ...claims, exp: 1_700_000_000 } })],
    ['signed by somebody else', (claims) => ({ claims, byAnotherKey: true })],
    ['about somebody else than its owner', (claims) => ({ claims: { ...claims, sub: 'somebody' } })],
  ])('are refused with a token %s', async (_, forge) => {
    const { sub, operatorId } = await person();
    idp.forge = forge;
    expect((await signIn(sub)).at).toBe('/ops?refused=begin_again');
    idp.forge = null;
    expect(await sessionsOf(operatorId)).toEqual([]);
    expect((await signIn(sub)).at).toBe('/ops');
  });

  it('are told so where the provider says no', async () => {
    expect((await signIn('nobody')).at).toBe('/ops?refused=declined');
  });

  it('keep what is needed to come back in a cookie for this host, which no script reads', async () => {
    const began = await gateway.anonymous.get('/ops/sign-in/oidc');
    const [cookie = ''] = began.headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(/^__Host-ofg_oidc=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/);
    expect([began.status, began.headers['referrer-policy'], began.headers['cache-control']]).toEqual([
      303,
      'no-referrer',
      'no-store',
    ]);
    const asked = new URL(began.headers['location'] ?? '');
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: CALLBACK,
    });
    // Nothing of the verifier is in the address.
    expect(asked.href).not.toContain(cookie.split('.')[2]);
  });

  it('are not held up by a provider that does not respond, and told what to do', async () => {
    const { sub } = await person();
    const tab = browser(sub);
    const callback = await tab.visit(BEGIN, isBack);
    idp.isSilent = true;
    const startedAt = performance.now();
    expect((await tab.visit(callback.href)).search).toBe('?refused=unavailable');
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    idp.isSilent = false;
    expect((await signIn(sub)).at).toBe('/ops');
  }, 20_000);

  it('try ten times a minute from one address', async () => {
    for (let tries = 0; tries < 10; tries++)
      expect((await signIn('nobody', BEGIN, '10.1.0.1')).at).toBe('/ops?refused=declined');
    const { sub } = await person();
    expect((await signIn(sub, BEGIN, '10.1.0.1')).at).toBe('/ops?refused=too_many');
    expect((await signIn(sub)).at).toBe('/ops');
  });

  it('cannot exchange a key for a session where that is switched off, and use it in programs all the same', async () => {
    const docs = await Documentation.of(gateway);
    const { key } = await person();
    const refused = await docs.documented('/v1/ops/session', gateway.anonymous.post('/v1/ops/session').send({ key }));
    expect([refused.status, refused.body.code]).toEqual([403, 'key_sign_in_off']);
    expect((await gateway.get('/v1/ops/session', key)).status).toBe(200);
  });
});

describe('an identity provider that does not answer as one', () => {
  const provider = (issuer: string) =>
    new IdentityProvider({ issuer, clientId: 'x', clientSecret: 'secret-secret', redirectUri: CALLBACK }, DEADLINE_MS);
  const DEADLINE_MS = 300;
  const handshake = { state: 's', nonce: 'n', verifier: 'v'.repeat(43) };

  it.each<[string, string]>([
    ['is silent', ''],
    ['trickles', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{'],
    ['sends nonsense', 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi'],
    ['leads elsewhere', 'HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'],
    [
      'calls itself something else',
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 26\r\n\r\n{"issuer":"https://a.test"}',
    ],
  ])('is given up when it %s', async (_, answer) => {
    const sockets = new Set<{ destroy(): void }>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      socket.once('data', () => socket.write(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const startedAt = performance.now();
    const { port } = server.address() as AddressInfo;
    expect(await provider(`http://127.0.0.1:${port}`).addressFor(handshake)).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('is given up at once when nobody listens', async () => {
    expect(await provider('http://127.0.0.1:1').addressFor(handshake)).toBeNull();
  });
});
