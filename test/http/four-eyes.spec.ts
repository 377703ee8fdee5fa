import { randomUUID } from 'node:crypto';
import { Decimal } from 'decimal.js';
import pg from 'pg';
import { CreateOperator } from '../../src/application/access/create-operator.js';
import { VerifyAudit } from '../../src/application/audit/verify-audit.js';
import { SCOPES_OF_ROLE } from '../../src/application/access/scopes.js';
import { SetBudget } from '../../src/application/limits/set-budget.js';
import { ApproveResolution } from '../../src/application/resolutions/approve-resolution.js';
import { TurnSwitchOff } from '../../src/application/switches/turn-switch-off.js';
import { TurnSwitchOn } from '../../src/application/switches/turn-switch-on.js';
import type { RequestActor } from '../../src/domain/orders/cause.js';
import { ROLE_NAMES, type Role } from '../../src/domain/operators/operator.js';
import { OperatorsRepository } from '../../src/persistence/access/operators.repository.js';
import { placeOrder, placeUnheard } from '../dashboard/staffed-gateway.js';
import { runCommand } from '../support/command-line.js';
import { BY_TESTER } from '../support/launcher.js';
import { Documentation } from './documentation.js';
import { ServedGateway } from './served-gateway.js';

const REASON = 'Looked at the provider’s pages, and asked them.';
const APPROVE = '/v1/ops/resolutions/{id}/approve';

interface Person {
  readonly id: string;
  readonly key: string;
}

interface Body {
  readonly id: string;
  readonly state: string;
  readonly code: string;
  readonly secret: string | null;
  readonly key_id: string;
  readonly data: readonly Record<string, unknown>[];
}

/** Each tries to decide alone what takes two people. */
describe('four eyes', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  let application: pg.Client;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
    application = new pg.Client({ connectionString: gateway.database.applicationUrl });
    await application.connect();
  });
  afterAll(async () => {
    await application.end();
    expect(await gateway.app.get(VerifyAudit).run(null)).toMatchObject({ intact: true });
    await gateway.stop();
  });

  let made = 0;
  const operator = async (role: Role = 'approver'): Promise<Person> => {
    const wanted = { name: `Operator ${++made}`, email: `four-${made}@example.com`, role };
    const created = await gateway.app.get(CreateOperator).run(wanted, 'dev', BY_TESTER);
    if (!created) throw new Error('there is one already');
    return { id: created.operator.id, key: created.key };
  };
  const cli = <Printed = object>(...args: string[]) =>
    runCommand<Printed>(gateway.database.applicationUrl, ...args).then(({ printed }) => printed);
  const post = async (
    path: string,
    template: string,
    key: string,
    body?: object,
    idempotencyKey: string = randomUUID(),
  ) => {
    const sent = gateway.post(path, key).set('idempotency-key', idempotencyKey);
    const { status, body: answer } = await docs.documented(template, body ? sent.send(body) : sent);
    return { status, body: answer as Body };
  };
  const list = async (what: string, key: string): Promise<Body['data']> =>
    ((await docs.documented(`/v1/ops/${what}`, gateway.get(`/v1/ops/${what}?limit=100`, key))).body as Body).data;
  const outcome = ({ status, body }: { status: number; body: Body }) => [status, body.code ?? body.state];

  /** Above ten tonnes every decision takes two. */
  const propose = async (key: string) => {
    // Several without a response in a row would pause the provider.
    await placeOrder(gateway);
    const { id, purchase } = await placeUnheard(gateway, { mass: { value: '20', unit: 't' }, reference: randomUUID() });
    const { version } = (await gateway.get(`/v1/ops/orders/${id}/resolutions`, key)).body as { version: number };
    const body = {
      decision: 'adopt_purchase',
      evidence: { provider_order_id: purchase },
      reason: REASON,
      expected_version: version,
    };
    const proposed = await post(`/v1/ops/orders/${id}/resolutions`, '/v1/ops/orders/{id}/resolutions', key, body);
    return { orderId: id, version, proposed };
  };
  const approve = async ({ proposed, version }: Awaited<ReturnType<typeof propose>>, key: string) =>
    post(`/v1/ops/resolutions/${proposed.body.id}/approve`, APPROVE, key, { note: 'Seen.', expected_version: version });
  /** As the gateway knows somebody from a request some seconds ago, whatever became of them since. */
  const knownAs = ({ id, key }: Person): RequestActor => ({
    by: 'request',
    requestId: 'a-moment-ago',
    keyId: key.split('_')[2] ?? '',
    operator: { id, name: 'As they were', sessionId: null },
  });
  const statusOf = async (orderId: string): Promise<unknown> =>
    (await gateway.rows('SELECT status FROM orders WHERE id = $1', [orderId]))[0]?.['status'];
  const inSql = (sql: string, ...values: unknown[]) => application.query(sql, values);

  it('are those of two people who approve what the other has proposed', async () => {
    const [ann, ben] = [await operator('operator'), await operator()];
    const it = await propose(ann.key);
    expect(outcome(await approve(it, ben.key))).toEqual([200, 'applied']);
    expect(await statusOf(it.orderId)).toBe('placed');
  });

  it('are not those of one person with two keys, or with a key and a session', async () => {
    const ann = await operator();
    const it = await propose(ann.key);
    const { body: session, headers } = await gateway.anonymous.post('/v1/ops/session').send({ key: ann.key });
    const [cookie = ''] = String((headers['set-cookie'] as unknown as string[])[0]).split(';');
    const bySession = await gateway.anonymous
      .post(`/v1/ops/resolutions/${it.proposed.body.id}/approve`)
      .set({ cookie, 'sec-fetch-site': 'same-origin', origin: 'https://gateway.example' })
      .send({ note: 'Seen.', expected_version: it.version });
    expect([session.operator.id, bySession.body.code]).toEqual([ann.id, 'second_person_required']);
    expect(outcome(await approve(it, ann.key))).toEqual([403, 'second_person_required']);
    const { key: second } = await cli<{ key: string }>('operators', 'replace-key', ann.id);
    expect(outcome(await approve(it, second))).toEqual([403, 'second_person_required']);
    expect(await statusOf(it.orderId)).toBe('in_doubt');
  });

  it('are not those of one person and a machine, whose key that person has', async () => {
    const machine = await gateway.newKey(['ops', 'ops:act', 'ops:approve', 'ops:admin']);
    const byMachine = await propose(machine);
    expect(outcome(byMachine.proposed)).toEqual([403, 'operator_key_required']);
    const ann = await operator();
    const it = await propose(ann.key);
    expect(outcome(await approve(it, machine))).toEqual([403, 'operator_key_required']);
    expect(await statusOf(it.orderId)).toBe('in_doubt');
  });

  it('see with who may see at that moment: not with an approver disabled or lowered a moment ago', async () => {
    const ann = await operator();
    const it = await propose(ann.key);
    const [disabled, lowered] = [await operator(), await operator()];
    await cli('operators', 'disable', disabled.id);
    await cli('operators', 'change-role', lowered.id, '--role', 'operator');
    for (const person of [disabled, lowered]) {
      const approving = gateway.app
        .get(ApproveResolution)
        .run(it.proposed.body.id, 'Seen.', it.version, knownAs(person));
      await expect(approving).rejects.toMatchObject({ code: 'second_person_required' });
    }
    expect(await statusOf(it.orderId)).toBe('in_doubt');
  });

  it('see so with switches', async () => {
    const [ann, ben, eve] = [await operator('operator'), await operator('operator'), await operator('operator')];
    const scope = { provider: null, tenantId: null, operation: 'webhooks' } as const;
    const until = new Date(Date.now() + 3_600_000);
    const { id } = await gateway.app.get(TurnSwitchOn).run({ scope, until, reason: 'They are slow' }, knownAs(ann));
    const off = (person: Person) => gateway.app.get(TurnSwitchOff).run(id, 'They are quick', knownAs(person));
    expect(await off(ann)).toMatchObject({ state: 'on', offProposal: { by: { id: ann.id } } });
    await cli('operators', 'disable', eve.id);
    await expect(off(eve)).rejects.toMatchObject({ code: 'second_person_required' });
    await cli('operators', 'change-role', ann.id, '--role', 'viewer');
    expect(await off(ben)).toMatchObject({ state: 'on', offProposal: { by: { id: ben.id } } });
    expect(await off(await operator('operator'))).toMatchObject({ state: 'off' });
  });

  it('see so with budgets', async () => {
    const [ann, ben, eve] = [await operator('admin'), await operator('admin'), await operator('admin')];
    const tenantId = await gateway.newTenant();
    const period = new Date().toISOString().slice(0, 7);
    const set = (usd: number, person: Person) => {
      const wanted = { tenantId, period, limitUsd: new Decimal(usd), reason: 'As agreed' };
      return gateway.app.get(SetBudget).run(wanted, knownAs(person));
    };
    await set(100, ann);
    expect(await set(200, ann)).toMatchObject({ proposal: { by: { id: ann.id } } });
    await cli('operators', 'disable', eve.id);
    await expect(set(50, eve)).rejects.toMatchObject({ code: 'second_person_required' });
    await cli('operators', 'change-role', ann.id, '--role', 'approver');
    expect(await set(200, ben)).toMatchObject({ limitUsd: new Decimal(100), proposal: { by: { id: ben.id } } });
    expect(await set(200, await operator('admin'))).toMatchObject({ limitUsd: new Decimal(200), proposal: null });
  });

  it.each([
    ['disabled', (id: string) => cli('operators', 'disable', id)],
    ['made a viewer', (id: string) => cli('operators', 'change-role', id, '--role', 'viewer')],
  ])('do not count those of a proposer who was %s since', async (_, end) => {
    const [ann, ben] = [await operator(), await operator()];
    const it = await propose(ann.key);
    await end(ann.id);
    expect(outcome(await approve(it, ben.key))).toEqual([409, 'resolution_closed']);
    expect(await statusOf(it.orderId)).toBe('in_doubt');
    const reject = `/v1/ops/resolutions/${it.proposed.body.id}/reject`;
    const rejected = await post(reject, '/v1/ops/resolutions/{id}/reject', ben.key, { note: 'Nobody stands for it.' });
    expect(outcome(rejected)).toEqual([200, 'rejected']);
  });

  it('are asked for by the database as well, of whoever has the login of a gateway', async () => {
    const [ann, ben, vera] = [await operator(), await operator('operator'), await operator()];
    const { body } = (await propose(ann.key)).proposed;
    const decide = (by: string | null) =>
      inSql("UPDATE resolutions SET state = 'applied', decided_by = $2, decided_at = now() WHERE id = $1", body.id, by);
    await expect(decide(ann.id)).rejects.toThrow('resolutions_second_person');
    await expect(decide(null)).rejects.toThrow('takes people');
    await expect(decide(ben.id)).rejects.toThrow('takes people');
    await cli('operators', 'disable', vera.id);
    await expect(decide(vera.id)).rejects.toThrow('takes people');
    await expect(inSql('UPDATE resolutions SET proposed_by = $2 WHERE id = $1', body.id, ben.id)).rejects.toThrow(
      'denied',
    );
    await expect(inSql('UPDATE resolutions SET steps = 1 WHERE id = $1', body.id)).rejects.toThrow('denied');
    await expect(inSql('DELETE FROM resolutions WHERE id = $1', body.id)).rejects.toThrow('denied');
    // At once, as if it took one; and proposed by nobody.
    const copy = (by: string | null) =>
      inSql(
        `INSERT INTO resolutions SELECT (jsonb_populate_record(r, jsonb_build_object(
           'id', 'res_x', 'state', 'applied', 'idempotency_key', 'x', 'proposed_by', $2::text, 'decided_by', $3::text))).*
         FROM resolutions r WHERE id = $1`,
        body.id,
        by,
        ann.id,
      );
    for (const by of [ben.id, null]) await expect(copy(by)).rejects.toThrow('takes people');
    // Nobody comes back, and nobody becomes somebody else.
    await expect(inSql('UPDATE operators SET disabled_at = NULL WHERE id = $1', vera.id)).rejects.toThrow(
      'stays as it is',
    );
    await expect(inSql("UPDATE operators SET email = 'x@example.com' WHERE id = $1", ben.id)).rejects.toThrow('denied');
    await cli('keys', 'revoke', ann.key.split('_')[2] ?? '');
    const back = 'UPDATE api_keys SET revoked_at = NULL WHERE operator_id = $1';
    await expect(inSql(back, ann.id)).rejects.toThrow('stays as it is');
    await expect(inSql('UPDATE api_keys SET operator_id = $2 WHERE operator_id = $1', ann.id, ben.id)).rejects.toThrow(
      'denied',
    );
  });

  it('are asked for by the same table of roles in the database as in the gateway', async () => {
    for (const role of ROLE_NAMES) {
      const { id } = await operator(role);
      for (const scope of ['ops:act', 'ops:approve', 'ops:admin'] as const)
        expect([role, scope, await gateway.app.get(OperatorsRepository).mayAct(id, scope)]).toEqual([
          role,
          scope,
          SCOPES_OF_ROLE[role].includes(scope),
        ]);
    }
  });

  describe('let in', () => {
    let ann: Person;
    let ben: Person;
    let tenantId: string;
    beforeAll(async () => {
      [ann, ben] = [await operator('admin'), await operator('admin')];
      const tenant = { name: 'Shop', provider_accounts: { cnaught: 'sub-1' } };
      const key = randomUUID();
      const created = await post('/v1/ops/tenants', '/v1/ops/tenants', ann.key, tenant, key);
      expect(created.status).toBe(201);
      expect((await post('/v1/ops/tenants', '/v1/ops/tenants', ann.key, tenant, key)).body).toEqual(created.body);
      const other = await post('/v1/ops/tenants', '/v1/ops/tenants', ann.key, { name: 'Another' }, key);
      expect(outcome(other)).toEqual([422, 'idempotency_key_reused']);
      tenantId = created.body.id;
      expect(await list('tenants', ann.key)).toContainEqual(created.body);
    });
    const ask = (body: object, key = ann.key, idempotencyKey?: string) =>
      post('/v1/ops/keys', '/v1/ops/keys', key, { tenant_id: tenantId, name: 'Key', ...body }, idempotencyKey);
    const askPerson = (body: object, key = ann.key) =>
      post('/v1/ops/operators', '/v1/ops/operators', key, {
        name: 'Cem',
        email: `cem-${randomUUID()}@example.com`,
        role: 'approver',
        ...body,
      });
    const decide = (what: 'approve' | 'reject', id: string, key: string) =>
      post(`/v1/ops/admissions/${id}/${what}`, `/v1/ops/admissions/{id}/${what}`, key);

    it('a key of a tenant by one admin, whose text is shown once and kept nowhere', async () => {
      const idempotencyKey = randomUUID();
      const wanted = { scopes: ['orders:read'], expires_at: '2127-01-01T00:00:00Z' };
      const { status, body } = await ask(wanted, ann.key, idempotencyKey);
      expect([status, body.state]).toEqual([201, 'admitted']);
      const secret = body.secret ?? '';
      await gateway.get('/v1/orders', secret).expect(200);
      const again = await ask(wanted, ann.key, idempotencyKey);
      expect([again.status, again.body]).toEqual([201, { ...body, secret: null }]);
      expect(outcome(await ask({ scopes: ['orders:write'] }, ann.key, idempotencyKey))).toEqual([
        422,
        'idempotency_key_reused',
      ]);
      const [row] = await gateway.rows(
        'SELECT (SELECT jsonb_agg(a)::text FROM admissions a) || (SELECT jsonb_agg(l)::text FROM audit_log l) AS text',
      );
      expect(row?.['text']).not.toContain(secret.split('_')[3]?.slice(0, 43));

      const [key] = (await list(`keys`, ann.key)).filter(({ id }) => id === body.key_id);
      expect(key).toMatchObject({ tenant: { id: tenantId, name: 'Shop' }, scopes: ['orders:read'], revoked_at: null });
      const revoked = await post(`/v1/ops/keys/${body.key_id}/revoke`, '/v1/ops/keys/{id}/revoke', ann.key);
      expect(revoked.body).toMatchObject({ id: body.key_id, revoked_at: expect.any(String) });
      const repeated = await post(`/v1/ops/keys/${body.key_id}/revoke`, '/v1/ops/keys/{id}/revoke', ben.key);
      expect(repeated.body).toEqual(revoked.body);
    });

    it('a key that reaches beyond one tenant by two', async () => {
      const { body } = await ask({ scopes: ['ops'] });
      expect(body.state).toBe('proposed');
      const use = () => gateway.get('/v1/ops/session', body.secret ?? '');
      expect((await use()).status).toBe(401);
      expect(outcome(await decide('approve', body.id, ann.key))).toEqual([403, 'second_person_required']);
      const machine = await gateway.newKey(['ops:admin']);
      expect(outcome(await decide('approve', body.id, machine))).toEqual([403, 'operator_key_required']);
      expect(outcome(await ask({ scopes: ['ops:act'] }, machine))).toEqual([403, 'operator_key_required']);
      const alone = "UPDATE admissions SET state = 'admitted', decided_by = $2, decided_at = now() WHERE id = $1";
      await expect(inSql(alone, body.id, ann.id)).rejects.toThrow('admissions_second_person');
      await expect(inSql(alone, body.id, (await operator()).id)).rejects.toThrow('takes people');
      expect((await use()).status).toBe(401);
      expect(await list('admissions', ben.key)).toContainEqual(expect.objectContaining({ id: body.id }));
      const approved = await decide('approve', body.id, ben.key);
      expect(outcome(approved)).toEqual([200, 'admitted']);
      expect(approved.body).not.toHaveProperty('secret');
      await use().expect(200);
      expect(outcome(await decide('approve', body.id, ben.key))).toEqual([409, 'admission_closed']);
    });

    it('a person by two, so that nobody makes their own second person', async () => {
      const email = `Dee-${randomUUID()}@Example.com`;
      const { body } = await askPerson({ email });
      expect(outcome(await decide('approve', body.id, ann.key))).toEqual([403, 'second_person_required']);
      expect(outcome(await decide('approve', body.id, ben.key))).toEqual([200, 'admitted']);
      expect((await gateway.get('/v1/ops/session', body.secret ?? '')).body).toMatchObject({
        operator: { role: 'approver' },
      });
      expect(outcome(await askPerson({ email: email.toUpperCase() }))).toEqual([409, 'operator_exists']);
      const [dee] = (await list('operators', ann.key)).filter((each) => each['email'] === email.toLowerCase());
      const disable = `/v1/ops/operators/${String(dee?.['id'])}/disable`;
      const disabled = await post(disable, '/v1/ops/operators/{id}/disable', ann.key);
      expect(disabled.body).toMatchObject({ disabled_at: expect.any(String) });
    });

    it('one person, where two admins let in the same email address at once', async () => {
      const email = `both-${randomUUID()}@example.com`;
      const asked = [(await askPerson({ email })).body, (await askPerson({ email })).body];
      const admins = [ben, await operator('admin')];
      // Both have seen that nobody has it, and wait for a third.
      await inSql('BEGIN');
      await inSql(`INSERT INTO operators (id, name, email, role) VALUES ('opr_third', 'Third', $1, 'viewer')`, email);
      const decided = asked.map(({ id }, nth) => decide('approve', id, admins[nth]?.key ?? ''));
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while ((await gateway.rows(waiting)).length < 2);
      await inSql('ROLLBACK');
      const outcomes = (await Promise.all(decided)).map(outcome);
      expect(outcomes.toSorted()).toEqual([
        [200, 'admitted'],
        [409, 'admission_closed'],
      ]);
      const late = asked[outcomes[0]?.[0] === 200 ? 1 : 0];
      expect(await list('admissions', ben.key)).toContainEqual(expect.objectContaining({ id: late?.id }));
      expect(outcome(await decide('reject', late?.id ?? '', ben.key))).toEqual([200, 'rejected']);
      expect((await list('operators', ann.key)).filter((each) => each['email'] === email)).toHaveLength(1);
    });

    it('nobody whom an admin has asked for who is none any more, or whom it was taken back for', async () => {
      const carl = await operator('admin');
      const { body: first } = await askPerson({}, carl.key);
      const { body: second } = await askPerson({}, carl.key);
      expect(outcome(await decide('reject', first.id, carl.key))).toEqual([200, 'rejected']);
      expect(outcome(await decide('approve', first.id, ben.key))).toEqual([409, 'admission_closed']);
      await cli('operators', 'change-role', carl.id, '--role', 'viewer');
      expect(outcome(await decide('approve', second.id, ben.key))).toEqual([409, 'admission_closed']);
      expect(outcome(await decide('reject', second.id, ben.key))).toEqual([200, 'rejected']);
    });

    it('nobody by a request that is wrong, or by a role that may not', async () => {
      const past = await ask({ scopes: ['orders:read'], expires_at: '2020-01-01T00:00:00Z' });
      expect([past.status, past.body]).toMatchObject([
        422,
        { code: 'expiry_past', errors: { expires_at: ['must be in the future'] } },
      ]);
      expect(outcome(await ask({ scopes: ['ops:approve'] }))).toEqual([400, 'invalid_request']);
      expect(outcome(await ask({ scopes: ['orders:read'], tenant_id: `ten_${'0'.repeat(26)}` }))).toEqual([
        404,
        'tenant_not_found',
      ]);
      const approver = await operator();
      expect(outcome(await ask({ scopes: ['orders:read'] }, approver.key))).toEqual([403, 'scope_missing']);
      for (const [path, template, code] of [
        ['keys/0000000000000000/revoke', 'keys/{id}/revoke', 'key_not_found'],
        [`operators/opr_${'0'.repeat(26)}/disable`, 'operators/{id}/disable', 'operator_not_found'],
        [`sessions/ses_${'0'.repeat(26)}/end`, 'sessions/{id}/end', 'session_not_found'],
        [`admissions/adm_${'0'.repeat(26)}/approve`, 'admissions/{id}/approve', 'admission_not_found'],
      ] as const)
        expect(outcome(await post(`/v1/ops/${path}`, `/v1/ops/${template}`, ann.key))).toEqual([404, code]);
    });

    it('are those whose sessions an admin sees and ends', async () => {
      const { id, key } = await operator('viewer');
      await gateway.anonymous.post('/v1/ops/session').send({ key }).expect(201);
      const own = async () =>
        (await list('sessions', ann.key)).filter(({ operator: who }) => (who as Person).id === id);
      const [session] = await own();
      await gateway.post(`/v1/ops/sessions/${String(session?.['id'])}/end`, ann.key).expect(204);
      expect(await own()).toEqual([]);
    });
  });
});
