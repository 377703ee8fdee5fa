import { setTimeout as delay } from 'node:timers/promises';
import { CreateOperator } from '../../src/application/access/create-operator.js';
import { SCOPES_OF_ROLE } from '../../src/application/access/scopes.js';
import { ROLE_NAMES, type Role } from '../../src/domain/operators/operator.js';
import { runCommand } from '../support/command-line.js';
import { BY_TESTER } from '../support/launcher.js';
import { Documentation } from './documentation.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

const OURS = { 'sec-fetch-site': 'same-origin' };
const MEANT = { ...OURS, origin: 'https://gateway.example', 'content-type': 'application/json' };

/** A key or session that was good is taken for good for at most as long. */
const CACHED_MS = 5_000;

interface MadeOperator {
  readonly operator: { readonly id: string; readonly name: string };
  readonly key: string;
}

describe('operators', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
  });
  afterAll(() => gateway.stop());

  let made = 0;
  const newOperator = async (role: Role = 'approver'): Promise<MadeOperator> => {
    const wanted = { name: `Ann ${++made}`, email: `ann-${made}@example.com`, role };
    const created = await gateway.app.get(CreateOperator).run(wanted, 'dev', BY_TESTER);
    if (!created) throw new Error('there is one already');
    return created;
  };
  const cli = async <Printed>(...args: string[]): Promise<Printed> =>
    (await runCommand<Printed>(gateway.database.applicationUrl, 'operators', ...args)).printed;
  const EVE = ['--operator', 'Eve'];

  const signIn = (key: string) => gateway.anonymous.post('/v1/ops/session').send({ key });
  const cookieOf = ({ headers }: { headers: object }): string =>
    String((headers as Record<string, string[]>)['set-cookie']?.[0]);
  const session = async (role?: Role) => {
    const { operator, key } = await newOperator(role);
    const [cookie = ''] = cookieOf(await signIn(key).expect(201)).split(';');
    return { operator, key, cookie };
  };
  const who = (cookie: string, headers: object = OURS) =>
    gateway.anonymous.get('/v1/ops/session').set({ cookie, ...headers });
  const lastAct = async (): Promise<Record<string, unknown> | undefined> => {
    const [row] = await gateway.rows(
      'SELECT act, subject, outcome, problem_code, operator, operator_id, session_id, key_id, request_id FROM audit_log ORDER BY number DESC LIMIT 1',
    );
    return row && Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  };
  /** How long it takes until the caller is refused. */
  const msUntilRefused = async (ask: () => PromiseLike<{ status: number }>): Promise<number> => {
    const startedAt = performance.now();
    while ((await ask()).status !== 401 && performance.now() - startedAt < 3 * CACHED_MS) await delay(50);
    return performance.now() - startedAt;
  };

  it('sign in with their own key, and are known by a cookie that scripts and other sites cannot use', async () => {
    const { operator, key } = await newOperator('operator');
    const opened = await docs.documented('/v1/ops/session', signIn(key).set('x-request-id', 'a1'));
    const person = { id: operator.id, name: operator.name, role: 'operator' };
    const scopes = ['orders:read', 'events:read', 'ops', 'ops:act'];
    expect(opened.body).toMatchObject({ operator: person, scopes: expect.arrayContaining(scopes) });
    const lastsMs = Date.parse(opened.body.expires_at as string) - Date.now();
    expect(Math.round(lastsMs / 60_000)).toBe(8 * 60);

    const set = cookieOf(opened);
    expect(set).toMatch(/^__Host-ofg_ops=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=28800$/);
    const [cookie = ''] = set.split(';');
    const known = await docs.documented('/v1/ops/session', who(cookie));
    expect(known.body).toEqual(opened.body);
    // And nowhere is there anything to find it by.
    const [row] = await gateway.rows('SELECT s::text AS text FROM operator_sessions s WHERE operator_id = $1', [
      operator.id,
    ]);
    expect(row?.['text']).not.toContain(cookie.split('=')[1]);
    expect(await lastAct()).toEqual({
      act: 'session.open',
      subject: expect.stringMatching(/^ses_/),
      outcome: 'applied',
      operator_id: operator.id,
      key_id: key.split('_')[2],
      request_id: 'a1',
    });
  });

  it('may do what their role says, by key and by cookie alike', async () => {
    for (const role of ROLE_NAMES) {
      const { key, cookie } = await session(role);
      const byKey = (await gateway.get('/v1/ops/session', key)).body as { scopes: string[]; expires_at: unknown };
      const byCookie = (await who(cookie)).body as { scopes: string[] };
      expect(byKey.expires_at).toBeNull();
      expect(byCookie.scopes).toEqual(byKey.scopes);
      expect(byKey.scopes.filter((scope) => /^(ops|finance)/.test(scope)).toSorted()).toEqual(
        SCOPES_OF_ROLE[role].toSorted(),
      );
      const order = gateway.anonymous.post('/v1/orders').set({ cookie, ...MEANT, 'idempotency-key': 'k' });
      expect((await docs.documented('/v1/orders', order.send(SMALL_ORDER))).body).toMatchObject({
        code: 'scope_missing',
        detail: `The role ${role} lacks the scope orders:write.`,
      });
    }
  });

  it('read the orders of every tenant with a cookie', async () => {
    const { cookie } = await session('viewer');
    const { body: order } = await gateway.order(SMALL_ORDER).expect(201);
    const read = gateway.anonymous.get(`/v1/orders/${order.id}`).set({ cookie, ...OURS });
    expect((await read).body).toMatchObject({ id: order.id, tenant_id: gateway.tenantId });
  });

  it('are not made of the keys of machines', async () => {
    const machine = await gateway.newKey(['ops', 'ops:act'], await gateway.newTenant());
    const refused = await docs.documented('/v1/ops/session', signIn(machine).set('x-request-id', 'b2'));
    expect([refused.status, refused.body.code]).toEqual([403, 'operator_key_required']);
    expect(refused.headers['set-cookie']).toBeUndefined();
    expect(await lastAct()).toEqual({
      act: 'session.open',
      outcome: 'refused',
      problem_code: 'operator_key_required',
      key_id: machine.split('_')[2],
      request_id: 'b2',
    });
    expect((await gateway.get('/v1/ops/session', machine)).body).toMatchObject({ operator: null, expires_at: null });
  });

  it.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling of the host', { 'sec-fetch-site': 'same-site' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['a program', {}],
  ])('are not spoken for by %s', async (_, headers) => {
    const { cookie } = await session();
    const refused = await docs.documented('/v1/ops/session', who(cookie, headers));
    expect([refused.status, refused.body.code]).toEqual([403, 'cross_site_request']);
  });

  it.each<[string, Record<string, string>]>([
    ['without an origin', { ...OURS, 'content-type': 'application/json' }],
    ['of another origin', { ...MEANT, origin: 'https://gateway.example.evil.example' }],
    ['of no origin', { ...MEANT, origin: 'null' }],
    ['as a form sends it', { ...OURS, origin: MEANT.origin, 'content-type': 'text/plain' }],
    ['without a type', { ...OURS, origin: MEANT.origin }],
  ])('do nothing by a request %s', async (_, headers) => {
    const { cookie } = await session();
    const refused = await docs.documented(
      '/v1/ops/session',
      gateway.anonymous.delete('/v1/ops/session').set({ cookie, ...headers }),
    );
    expect([refused.status, refused.body.code]).toEqual([403, 'cross_site_request']);
    expect((await who(cookie)).status).toBe(200);
  });

  it('send files from our own pages alone', async () => {
    const { cookie } = await session('operator');
    const send = (origin: string | undefined) =>
      docs.documented(
        '/v1/finance/statements',
        gateway.anonymous
          .post('/v1/finance/statements')
          .set({ cookie, ...MEANT, origin, 'content-type': 'text/csv', 'idempotency-key': 'file-1' })
          .send('line_id'),
      );
    expect((await send('https://evil.example')).body.code).toBe('cross_site_request');
    expect((await send(MEANT.origin)).body.errors).toHaveProperty('number');
  });

  it('cannot be signed in by another site', async () => {
    const { key } = await newOperator();
    const refused = await docs.documented('/v1/ops/session', signIn(key).set('sec-fetch-site', 'cross-site'));
    expect([refused.status, refused.body.code]).toEqual([403, 'cross_site_request']);
  });

  it('send a key or a cookie, not both', async () => {
    const { cookie, key } = await session();
    const both = await docs.documented('/v1/ops/session', who(cookie).set('authorization', `Bearer ${key}`));
    expect([both.status, both.body.code]).toEqual([400, 'invalid_request']);
  });

  it('are told that a session has ended where the cookie is none of a session', async () => {
    for (const cookie of ['__Host-ofg_ops=', '__Host-ofg_ops=x', `a=b; __Host-ofg_ops=${'x'.repeat(43)}; c`]) {
      const refused = await docs.documented('/v1/ops/session', who(cookie));
      expect([refused.status, refused.body.code]).toEqual([401, 'session_expired']);
    }
    // Another cookie of this host says nothing.
    const other = await who('x__Host-ofg_ops=a; ofg_ops=b');
    expect(other.body.code).toBe('unauthenticated');
  });

  it('sign out, and say so in the audit', async () => {
    const { cookie, operator } = await session();
    const out = gateway.anonymous.delete('/v1/ops/session').set({ cookie, ...MEANT });
    const signedOut = await docs.documented('/v1/ops/session', out);
    expect([signedOut.status, cookieOf(signedOut)]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    const [row] = await gateway.rows('SELECT id FROM operator_sessions WHERE operator_id = $1', [operator.id]);
    expect(await lastAct()).toMatchObject({
      act: 'session.end',
      subject: row?.['id'],
      session_id: row?.['id'],
      operator_id: operator.id,
    });
    expect(await msUntilRefused(() => who(cookie))).toBeLessThan(CACHED_MS + 1_000);
  }, 20_000);

  it.each<[string, (made: MadeOperator) => Promise<unknown>]>([
    ['they are disabled', ({ operator }) => cli('disable', operator.id, ...EVE)],
    ['their key is replaced', ({ operator }) => cli('replace-key', operator.id, ...EVE)],
  ])(
    'lose their key and their session within 5 s when %s',
    async (_, end) => {
      const signedIn = await session();
      expect((await who(signedIn.cookie)).status).toBe(200);
      await end(signedIn);
      const [bySession, byKey] = await Promise.all([
        msUntilRefused(() => who(signedIn.cookie)),
        msUntilRefused(() => gateway.get('/v1/ops/session', signedIn.key)),
      ]);
      expect(Math.max(bySession, byKey)).toBeLessThan(CACHED_MS + 1_000);
      expect((await who(signedIn.cookie)).body.code).toBe('session_expired');
    },
    30_000,
  );

  it.each([
    [
      'their key has expired',
      "UPDATE api_keys SET created_at = now() - interval '2 days', expires_at = now() - interval '1 day' WHERE operator_id = $1",
    ],
    [
      'the tenant of operators is revoked',
      'UPDATE tenants t SET revoked_at = now() FROM api_keys k WHERE k.tenant_id = t.id AND k.operator_id = $1',
    ],
  ])('have no session any more when %s', async (_, change) => {
    const { cookie, operator } = await session();
    await gateway.rows(change, [operator.id]);
    const { body } = await who(cookie);
    await gateway.rows('UPDATE tenants SET revoked_at = NULL');
    expect(body).toMatchObject({ code: 'session_expired' });
  });

  it.each([
    ['nobody has used for an hour', "last_seen_at = now() - interval '61 minutes'"],
    ['is 8 hours old', "expires_at = now() - interval '1 second'"],
  ])('have no session any more that %s', async (_, age) => {
    const { cookie, operator } = await session();
    await gateway.rows(`UPDATE operator_sessions SET ${age} WHERE operator_id = $1`, [operator.id]);
    expect((await who(cookie)).body).toMatchObject({ code: 'session_expired' });
  });

  it('keep a session that is used', async () => {
    const { cookie, operator } = await session();
    await gateway.rows(
      "UPDATE operator_sessions SET last_seen_at = now() - interval '59 minutes' WHERE operator_id = $1",
      [operator.id],
    );
    expect((await who(cookie)).status).toBe(200);
    const [row] = await gateway.rows(
      "SELECT last_seen_at > now() - interval '1 minute' AS seen FROM operator_sessions WHERE operator_id = $1",
      [operator.id],
    );
    expect(row).toEqual({ seen: true });
  });

  it('are made, listed and changed at the command line, one for each person', async () => {
    const { operator, key } = await cli<MadeOperator>(
      'create',
      '--name',
      'Bo',
      '--email',
      'Bo@Example.com',
      '--role',
      'viewer',
      ...EVE,
    );
    expect(operator).toMatchObject({ name: 'Bo', email: 'bo@example.com', role: 'viewer', disabledAt: null });
    expect(await lastAct()).toMatchObject({ act: 'key.create', operator: 'Eve' });
    expect((await gateway.get('/v1/ops/session', key)).body).toMatchObject({
      operator: { name: 'Bo', role: 'viewer' },
    });
    expect(await cli<object[]>('list')).toContainEqual(operator);

    expect(await cli('change-role', operator.id, '--role', 'admin', ...EVE)).toEqual({
      id: operator.id,
      role: 'admin',
    });
    expect(await lastAct()).toMatchObject({ act: 'operator.change_role', subject: operator.id, operator: 'Eve' });
    await cli('disable', operator.id, ...EVE);

    const again = cli('create', '--name', 'Bo', '--email', 'bo@example.COM', '--role', 'approver', ...EVE);
    await expect(again).rejects.toThrow('There is an operator with this email address');
    expect(await lastAct()).toMatchObject({ act: 'operator.create', outcome: 'refused', problem_code: 'known_before' });
    for (const command of ['disable', 'replace-key'])
      await expect(cli(command, operator.id, ...EVE)).rejects.toThrow('There is no such operator');
    await expect(cli('change-role', operator.id, '--role', 'viewer', ...EVE)).rejects.toThrow('no such operator');
  });

  it('approve, which no key of a machine can be made for', async () => {
    const create = runCommand(
      gateway.database.applicationUrl,
      'keys',
      'create',
      gateway.tenantId,
      '--scopes',
      'ops:approve',
    );
    await expect(create).rejects.toThrow();
    const [{ keys } = { keys: 0 }] = await gateway.rows<{ keys: number }>(
      "SELECT count(*)::int AS keys FROM api_keys WHERE operator_id IS NOT NULL AND scopes <> '{}'",
    );
    expect(keys).toBe(0);
  });

  // Last, because no one else can sign in from here for a while.
  it('are guessed ten times a minute from one address, and then no key is looked at', async () => {
    const { key } = await newOperator();
    const guesses = Array.from({ length: 12 }, () => docs.documented('/v1/ops/session', signIn('ofg_dev_guess')));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    const held = await docs.documented('/v1/ops/session', signIn(key));
    expect([held.status, Number(held.headers['retry-after']) > 0]).toEqual([429, true]);
  });
});
