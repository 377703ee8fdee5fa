import { randomUUID } from 'node:crypto';
import { CreateOperator } from '../../src/application/access/create-operator.js';
import { ATTENTION_REASONS } from '../../src/domain/operators/attention.js';
import type { Role } from '../../src/domain/operators/operator.js';
import { runCommand } from '../support/command-line.js';
import { BY_TESTER, flag } from '../support/launcher.js';
import { Documentation } from './documentation.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

const ORDER = '/v1/ops/orders/{id}';

interface Page<Row> {
  readonly data: Row[];
  readonly next_cursor: string | null;
}
interface Waiting {
  readonly order: { readonly id: string };
  readonly reason: string;
  readonly severity: number;
  readonly owner: { readonly id: string; readonly name: string } | null;
}

describe('what operators see', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  let ann: { readonly id: string; readonly key: string };
  let viewer: string;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
    ann = await newOperator('Ann', 'operator');
    viewer = (await newOperator('Vi', 'viewer')).key;
  });
  afterAll(() => gateway.stop());

  const newOperator = async (name: string, role: Role) => {
    const wanted = { name, email: `${name.toLowerCase()}@example.com`, role };
    const created = await gateway.app.get(CreateOperator).run(wanted, 'dev', BY_TESTER);
    if (!created) throw new Error('there is one already');
    return { id: created.operator.id, key: created.key };
  };
  const read = async <Body>(path: string, template = path.split('?')[0] ?? path): Promise<Body> => {
    const { status, body } = await docs.documented(template, gateway.get(path, viewer));
    expect([status, body]).toEqual([200, expect.anything()]);
    return body as Body;
  };
  const act = (path: string, body?: object, key = ann.key, idempotencyKey: string = randomUUID()) =>
    docs.documented(
      path.replace(/ord_\w+/, '{id}'),
      gateway.post(path, key).set('idempotency-key', idempotencyKey).send(body),
    );
  const place = async (
    more: object = {},
    key: string = randomUUID(),
  ): Promise<{ id: string; provider_order_id: string }> =>
    (await gateway.order({ ...SMALL_ORDER, ...more }, key).expect(201)).body as {
      id: string;
      provider_order_id: string;
    };

  describe('in the summary', () => {
    it('is what waits for a person, what is open, and how providers stand', async () => {
      const { id } = await place();
      await flag(gateway.app, id, 'vanished');
      const summary = await read<Record<string, unknown>>('/v1/ops/summary');
      expect(summary).toMatchObject({
        attention: [{ reason: 'vanished', count: 1, capped: false, oldest_at: expect.any(String) }],
        open_orders: expect.arrayContaining([{ provider: 'cnaught', status: 'placed', count: 1, capped: false }]),
        tasks: { overdue: { count: 0, capped: false } },
        deliveries: { failing: { count: 0, capped: false }, dead: { count: 0, capped: false } },
      });
      const ok = { state: 'ok', why: null, since: null, probe_at: null };
      expect(summary['providers']).toContainEqual({
        id: 'cnaught',
        purchases: ok,
        quota: expect.arrayContaining([expect.objectContaining({ pace_percent: 100, blocked_until: null })]),
      });
    });

    it('is not sent again while nothing has changed, and is where something has', async () => {
      // What is left of a quota fills up meanwhile.
      await gateway.forgetPauses();
      const first = await gateway.get('/v1/ops/summary', viewer);
      const again = () => gateway.get('/v1/ops/summary', viewer).set('if-none-match', first.headers['etag'] as string);
      expect((await docs.documented('/v1/ops/summary', again())).status).toBe(304);
      await flag(gateway.app, (await place()).id, 'bought_twice');
      expect((await again()).status).toBe(200);
    });

    it('counts to a thousand, and says that there are more', async () => {
      await gateway.rows(
        "INSERT INTO tasks (subject_id, kind, run_at) SELECT 'nothing-' || n, 'prune', now() FROM generate_series(1, 1001) n",
      );
      const { tasks } = await read<{ tasks: object }>('/v1/ops/summary');
      await gateway.rows("DELETE FROM tasks WHERE subject_id LIKE 'nothing-%'");
      expect(tasks).toMatchObject({ due: { count: 1_000, capped: true } });
    });
  });

  describe('that needs attention', () => {
    const waiting = async (query = ''): Promise<Waiting[]> =>
      (await read<Page<Waiting>>(`/v1/ops/attention?limit=100${query}`)).data;
    const idsOf = (rows: readonly Waiting[]): string[] => rows.map(({ order }) => order.id);

    it('is the worst first, then the oldest, and of two pages each once', async () => {
      const flagged = await Promise.all(
        (['vanished', 'orphan_purchase', 'vanished', 'bought_twice'] as const).map(async (reason) => {
          const { id } = await place();
          await flag(gateway.app, id, reason);
          return id;
        }),
      );
      const all = await waiting();
      const places = all.map(({ reason }) => ATTENTION_REASONS.indexOf(reason as 'vanished'));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(all.map(({ severity }) => severity)).toEqual(places.map((place) => place + 1));
      expect(idsOf(all)).toEqual(expect.arrayContaining(flagged));
      const paged: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Page<Waiting> = await read(`/v1/ops/attention?limit=2${cursor && `&cursor=${cursor}`}`);
        paged.push(...idsOf(page.data));
        cursor = page.next_cursor;
      }
      expect(paged).toEqual(idsOf(all));
    });

    it('can be asked for by reason, provider, tenant, owner and age', async () => {
      const { id } = await place();
      await flag(gateway.app, id, 'paid_twice');
      expect(idsOf(await waiting('&reason=paid_twice'))).toEqual([id]);
      expect(idsOf(await waiting(`&tenant_id=${gateway.tenantId}`))).toContain(id);
      expect(await waiting(`&tenant_id=${await gateway.newTenant()}`)).toEqual([]);
      expect(await waiting('&provider=one_tribe')).toEqual([]);
      expect(await waiting('&reason=paid_twice&waiting_since_before=2026-01-01T00:00:00Z')).toEqual([]);
      const mine = async () => (await gateway.get('/v1/ops/attention?owner=me', ann.key)).body.data as Waiting[];
      expect(await mine()).toEqual([]);
      await act(`/v1/ops/orders/${id}/claim`);
      expect(await mine()).toMatchObject([{ order: { id }, owner: { id: ann.id, name: 'Ann' } }]);
      expect(idsOf(await waiting('&owner=none'))).not.toContain(id);
      const machine = await gateway.newKey(['ops']);
      const nobodys = await docs.documented('/v1/ops/attention', gateway.get('/v1/ops/attention?owner=me', machine));
      expect([nobodys.status, nobodys.body.code]).toEqual([403, 'operator_key_required']);
    });

    it('has orders in doubt after all under review', async () => {
      const reset = { kind: 'reset', when: 'after_effect' } as const;
      gateway.sandbox.oneTribe.faults.add({ match: { method: 'POST', path: '/transactions' }, times: 1, fault: reset });
      const { body: order } = await gateway
        .order({ ...SMALL_ORDER, provider: 'one_tribe', mass: { value: '1', unit: 't' } })
        .set('prefer', 'wait=10');
      expect(order.status).toBe('in_doubt');
      const last = (await waiting()).at(-1);
      expect(last).toMatchObject({ order: { id: order.id }, reason: 'in_doubt', next_try_at: expect.any(String) });
      expect((await read<{ attention: object[] }>('/v1/ops/summary')).attention.at(-1)).toMatchObject({
        reason: 'in_doubt',
      });
    });
  });

  describe('of orders', () => {
    it('is found by any id that people come with', async () => {
      const key = randomUUID();
      const reference = `PO-${key}`;
      const order = await place({ reference }, key);
      await gateway.rows(
        "INSERT INTO purchase_claims (order_id, provider_order_id, verdict) VALUES ($1, 'pay_1', 'unknown')",
        [order.id],
      );
      for (const text of [order.id, order.provider_order_id, reference, key, 'pay_1']) {
        const found = await read<Page<{ id: string }>>(`/v1/ops/orders?q=${text}`);
        expect([text, found.data.map(({ id }) => id), found.next_cursor]).toEqual([text, [order.id], null]);
      }
      expect((await read<Page<object>>('/v1/ops/orders?q=nothing')).data).toEqual([]);
      expect((await read<Page<object>>(`/v1/ops/orders?q=${order.id}&status=failed`)).data).toEqual([]);
    });

    it('is listed by what they have in common', async () => {
      const { id } = await place({ labels: { department: 'sales' } });
      await flag(gateway.app, id, 'payment_disputed');
      const queries = ['reason=payment_disputed', 'label[department]=sales', 'status=placed&provider=cnaught'];
      for (const query of queries) {
        const { data } = await read<Page<{ id: string }>>(`/v1/ops/orders?limit=100&${query}`);
        expect([query, data.map((order) => order.id)]).toEqual([query, expect.arrayContaining([id])]);
      }
    });

    it('says what can be done about one, and why not the rest, to whoever looks', async () => {
      const { id, provider_order_id: purchase } = await place();
      const actsFor = async (key: string) => {
        const { body } = await docs.documented(ORDER, gateway.get(`/v1/ops/orders/${id}`, key));
        return (body as { acts: { act: string; allowed: boolean; why_not: string | null }[] }).acts;
      };
      const allowed = async (key: string) => (await actsFor(key)).filter((each) => each.allowed).map(({ act }) => act);
      expect(await allowed(viewer)).toEqual([]);
      expect(await allowed(ann.key)).toEqual(['refresh', 'cancel', 'note', 'claim']);
      await act(`/v1/ops/orders/${id}/claim`);
      await flag(gateway.app, id, 'vanished');
      expect(await allowed(ann.key)).toEqual(['refresh', 'resolve', 'cancel', 'note', 'release']);
      gateway.sandbox.cnaught.advance(purchase, 'fulfilled');
      await act(`/v1/ops/orders/${id}/refresh`);
      const whyNot = Object.fromEntries((await actsFor(ann.key)).map((each) => [each.act, each.why_not]));
      expect(whyNot).toMatchObject({
        refresh: expect.stringContaining('has ended'),
        cancel: 'The order cannot be cancelled: its credits are retired, and a retirement cannot be undone.',
        note: null,
        claim: 'You have it in hand.',
      });
    });

    it('leads to the provider’s own page of one, where that is documented', async () => {
      const linksOf = async (id: string) =>
        (await read<{ provider_links: object[] }>(`/v1/ops/orders/${id}`, ORDER)).provider_links;
      const { id, provider_order_id: purchase } = await place();
      expect(await linksOf(id)).toEqual([{ url: `https://registry.cnaught.com/orders/${purchase}` }]);
      const trees = await place({ provider: 'one_tribe', mass: { value: '1', unit: 't' } });
      expect(await linksOf(trees.id)).toEqual([]);
    });

    it('shows in what the provider differs from one, as long as nobody has dealt with it', async () => {
      const { id, provider_order_id: purchase } = await place();
      gateway.sandbox.cnaught.faults.add({
        match: { method: 'GET', path: `^/orders/${purchase}` },
        fault: { kind: 'set_field', path: 'amount_kg', value: 90 },
      });
      await act(`/v1/ops/orders/${id}/refresh`);
      const { differences } = await read<{ differences: object[] }>(`/v1/ops/orders/${id}`, ORDER);
      expect(differences).toEqual([{ field: 'mass', ours: '100000 g', theirs: '90000 g', accepted: false }]);
    });

    it('tells which process is at one, and which wrote what, to operators alone', async () => {
      const { id } = await place();
      await gateway.rows(
        `UPDATE tasks SET lease_token = gen_random_uuid(), leased_until = now() + interval '1 minute',
           leased_by = (SELECT id FROM processes LIMIT 1) WHERE subject_id = $1`,
        [id],
      );
      const path = `/v1/ops/orders/${id}/timeline?limit=100`;
      const { data } = await read<Page<{ kind: string; evidence: { process?: string } }>>(path, `${ORDER}/timeline`);
      expect(data.at(-1)).toMatchObject({ kind: 'lease.held', evidence: { process: expect.stringMatching(/:\d+$/) } });
      expect(data[0]?.evidence.process).toMatch(/:\d+$/);
      const told = await gateway.get(`/v1/orders/${id}/timeline?limit=100`);
      expect(told.text).not.toMatch(/"process"|lease\.held/);
      await gateway.rows(
        'UPDATE tasks SET lease_token = NULL, leased_until = NULL, leased_by = NULL WHERE subject_id = $1',
        [id],
      );
    });

    it('is all that is kept about one', async () => {
      const { id, provider_order_id: purchase } = await place();
      const found = await read<object>(`/v1/ops/orders/${id}`, ORDER);
      expect(found).toMatchObject({
        order: { id, status: 'placed', provider_order_id: purchase },
        tenant: { id: gateway.tenantId, name: 'Tenant' },
        owner: null,
        task: { kind: 'follow', leased_until: null, held_by: null },
        attempts: [{ operation: 'placeOrder', number: 1, generation: 1, outcome: 'accepted' }],
        sessions: [],
        claims: [],
        notes: [],
      });
    });
  });

  describe('of their own work', () => {
    it('is a note, taken once under a key, told to operators and to no tenant', async () => {
      const { id } = await place();
      const key = randomUUID();
      const text = 'Asked CNaught.\nThey answer tomorrow.';
      const note = () => act(`/v1/ops/orders/${id}/notes`, { text }, ann.key, key);
      const taken = await note();
      expect([taken.status, taken.body]).toEqual([201, expect.objectContaining({ operator: 'Ann', text })]);
      expect((await note()).body).toEqual(taken.body);
      const other = await act(`/v1/ops/orders/${id}/notes`, { text: 'Other' }, ann.key, key);
      expect(other.body.code).toBe('idempotency_key_reused');

      const { notes } = await read<{ notes: object[] }>(`/v1/ops/orders/${id}`, ORDER);
      expect(notes).toEqual([taken.body]);
      const entries = await read<Page<{ kind: string; operator: string; evidence: object }>>(
        `/v1/ops/orders/${id}/timeline?limit=100`,
        `${ORDER}/timeline`,
      );
      expect(entries.data.filter(({ kind }) => ['note.taken', 'act.recorded'].includes(kind))).toMatchObject([
        { kind: 'note.taken', operator: 'Ann', evidence: { note: 'Asked CNaught. They answer tomorrow.' } },
        { kind: 'act.recorded', operator: 'Ann', evidence: { act: 'order.note', act_outcome: 'applied' } },
        {
          kind: 'act.recorded',
          evidence: { act: 'order.note', act_outcome: 'refused', problem_code: 'idempotency_key_reused' },
        },
      ]);
      const told = (await gateway.get(`/v1/orders/${id}/timeline?limit=100`)).text;
      expect(told).not.toMatch(/CNaught\. They|act\.recorded|note\.taken/);
      expect((await gateway.get(`/v1/events?order_id=${id}`)).text).not.toContain('answer tomorrow');
    });

    it('says nothing any more of a person whose data is erased', async () => {
      const { id, provider_order_id: purchase } = await place();
      await act(`/v1/ops/orders/${id}/notes`, { text: 'Jane Smith has called' });
      await act(`/v1/ops/orders/${id}/notes`, { text: 'Nothing of her' });
      gateway.sandbox.cnaught.advance(purchase, 'cancelled');
      await act(`/v1/ops/orders/${id}/refresh`);
      await runCommand(gateway.database.applicationUrl, 'privacy', 'erase', id, '--reason', 'asked for');
      const { notes } = await read<{ notes: { text: string }[] }>(`/v1/ops/orders/${id}`, ORDER);
      expect(notes.map(({ text }) => text)).toEqual(['Nothing of her', 'erased']);
    });

    it('is an order in hand, of one person at a time', async () => {
      const { id } = await place();
      const ben = await newOperator('Ben', 'operator');
      const owner = async (path: string, key: string) =>
        ((await act(`/v1/ops/orders/${id}/${path}`, undefined, key)).body as { owner: { name: string } | null }).owner
          ?.name;
      expect(await owner('claim', ann.key)).toBe('Ann');
      expect(await owner('claim', ann.key)).toBe('Ann');
      expect(await owner('claim', ben.key)).toBe('Ben');
      expect(await owner('release', ann.key)).toBeUndefined();
      expect(await owner('release', ann.key)).toBeUndefined();
      const acts = await gateway.rows(
        'SELECT act, before::text, after::text, operator_id FROM audit_log WHERE subject = $1 ORDER BY number',
        [id],
      );
      expect(acts.map((row) => [row['act'], row['operator_id']])).toEqual([
        ['order.claim', ann.id],
        ['order.claim', ben.id],
        ['order.release', ann.id],
      ]);
      expect(acts[1]?.['before']).toContain(ann.id);
      const machine = await act(`/v1/ops/orders/${id}/claim`, undefined, await gateway.newKey(['ops:act']));
      expect([machine.status, machine.body.code]).toEqual([403, 'operator_key_required']);
    });

    it('is a read of the provider now, of any tenant’s order', async () => {
      const { id, provider_order_id: purchase } = await place();
      gateway.sandbox.cnaught.advance(purchase, 'fulfilled');
      const now = await act(`/v1/ops/orders/${id}/refresh`);
      expect(now.body).toMatchObject({ order: { status: 'completed' } });
      const events = await gateway.rows(
        "SELECT cause FROM order_events WHERE order_id = $1 AND type = 'order.completed'",
        [id],
      );
      expect(events).toMatchObject([{ cause: { operator: 'Ann', operator_id: ann.id } }]);
      const acts = await read<Page<object>>(`/v1/ops/audit?subject=${id}`);
      expect(acts.data).toMatchObject([
        { act: 'order.refresh', operator_id: ann.id, operator_name: 'Ann', outcome: 'applied' },
      ]);
    });

    it.each(['notes', 'claim', 'release', 'refresh'])('is none for those who may only look: %s', async (path) => {
      const { id } = await place();
      const refused = await act(`/v1/ops/orders/${id}/${path}`, path === 'notes' ? { text: 'x' } : undefined, viewer);
      expect([refused.status, refused.body.code]).toEqual([403, 'scope_missing']);
    });
  });

  describe('of what they have switched off', () => {
    const SWITCHES = '/v1/ops/switches';
    const REASON = 'The account is being moved';
    interface Told {
      readonly id: string;
      readonly state: string;
      readonly code: string;
      readonly detail: string;
      readonly off_proposal: object | null;
    }
    let cy: { readonly id: string; readonly key: string };
    let approver: string;
    beforeAll(async () => {
      cy = await newOperator('Cy', 'operator');
      approver = (await newOperator('Di', 'approver')).key;
    });
    afterEach(async () => {
      await gateway.rows('UPDATE switches SET until = now() WHERE off_at IS NULL AND until > now()');
      await gateway.forgetPauses();
    });
    const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
    const answerTo = async (path: string, body: object, key: string) => {
      const { status, body: told } = await docs.documented(
        path.replace(/swi_\w+/, '{id}'),
        gateway.post(path, key).send(body),
      );
      return { status, told: told as Told };
    };
    const turnOn = (scope: object, more: object = {}, key = ann.key) =>
      answerTo(SWITCHES, { scope, until: inHours(4), reason: REASON, ...more }, key);
    const turnOff = (id: string, key = ann.key) => answerTo(`${SWITCHES}/${id}/off`, { reason: 'It works' }, key);
    const actsOn = (id: string) =>
      gateway.rows('SELECT act, outcome, operator_id FROM audit_log WHERE subject = $1 ORDER BY number', [id]);

    it('is told with its reason and its end to those who are refused, and to all who ask', async () => {
      const { status, told } = await turnOn({ provider: 'cnaught', operation: 'purchases' });
      expect([status, told]).toEqual([
        201,
        expect.objectContaining({ state: 'on', reason: REASON, owner: { id: ann.id, name: 'Ann' }, is_global: false }),
      ]);
      const refused = await docs.documented('/v1/orders', gateway.order(SMALL_ORDER));
      expect([refused.status, refused.body]).toEqual([
        503,
        expect.objectContaining({
          code: 'provider_paused',
          detail: expect.stringContaining(REASON) as string,
          numbers: { switched_off: { reason: REASON, until: expect.any(String) as string } },
          retry: { safe: true, after_seconds: 300, same_key: true },
        }),
      ]);
      expect(refused.headers['retry-after']).toBe('300');
      const { data } = (await gateway.get('/v1/providers')).body as Page<{ id: string; switched_off: object[] }>;
      expect(data.filter(({ switched_off: off }) => off.length > 0)).toMatchObject([
        { id: 'cnaught', switched_off: [{ operation: 'purchases', reason: REASON }] },
      ]);
      const summary = await read<{ switches: object[]; providers: object[] }>('/v1/ops/summary');
      expect(summary.switches).toEqual([told]);
      expect(summary.providers).toContainEqual(
        expect.objectContaining({ id: 'cnaught', purchases: expect.objectContaining({ state: 'switched_off' }) }),
      );
      expect(await read<Page<object>>(`${SWITCHES}?state=on`)).toMatchObject({ data: [told], next_cursor: null });
      expect((await gateway.get('/metrics')).text).toContain('gateway_switches_on{operation="purchases"} 1');

      expect((await turnOff(told.id)).told).toMatchObject({ state: 'off', off: { by: { id: ann.id } } });
      expect((await turnOff(told.id)).told.code).toBe('switch_ended');
      await place();
      expect(await read(`${SWITCHES}/${told.id}`, `${SWITCHES}/{id}`)).toMatchObject({ state: 'off' });
      expect(await actsOn(told.id)).toEqual([
        { act: 'switch.turn_on', outcome: 'applied', operator_id: ann.id },
        { act: 'switch.turn_off', outcome: 'applied', operator_id: ann.id },
        { act: 'switch.turn_off', outcome: 'refused', operator_id: ann.id },
      ]);
    });

    it('of one tenant is told to that tenant alone', async () => {
      await turnOn({ tenant_id: gateway.tenantId, operation: 'all' });
      const refused = await docs.documented('/v1/orders', gateway.order(SMALL_ORDER));
      expect([refused.status, refused.body.code]).toEqual([503, 'tenant_paused']);
      const other = await gateway.newKey(['orders:write', 'orders:read'], await gateway.newTenant());
      const told = async (key: string) => (await gateway.get('/v1/providers', key)).text.includes(REASON);
      expect([await told(gateway.key), await told(other)]).toEqual([true, false]);
      expect((await gateway.order(SMALL_ORDER, randomUUID(), other)).status).toBe(201);
    });

    it('takes two people to turn on again, where it stops everything', async () => {
      const { told } = await turnOn({ operation: 'all' });
      const proposed = await turnOff(told.id);
      expect(proposed.told).toMatchObject({ state: 'on', off_proposal: { by: { name: 'Ann' } }, off: null });
      expect((await turnOff(told.id)).told.code).toBe('second_person_required');
      expect((await gateway.order(SMALL_ORDER)).status).toBe(503);
      await expect(
        gateway.rows(`UPDATE switches SET off_at = now(), off_by = $2 WHERE id = $1`, [told.id, ann.id]),
      ).rejects.toThrow('switches_second_person');
      // Whoever comes a day later has to be told anew what for.
      await gateway.rows(`UPDATE switches SET off_proposed_at = now() - interval '25 hours' WHERE id = $1`, [told.id]);
      expect((await turnOff(told.id, cy.key)).told).toMatchObject({
        state: 'on',
        off_proposal: { by: { name: 'Cy' } },
      });
      expect((await turnOff(told.id)).told).toMatchObject({ state: 'off', off: { by: { name: 'Ann' } } });
      expect((await actsOn(told.id)).map((row) => [row['act'], row['outcome']])).toEqual([
        ['switch.turn_on', 'applied'],
        ['switch.propose_off', 'applied'],
        ['switch.turn_off', 'refused'],
        ['switch.propose_off', 'applied'],
        ['switch.turn_off', 'applied'],
      ]);
    });

    it('takes an approver to turn on again, while the provider is paused by itself', async () => {
      const { told } = await turnOn({ provider: 'cnaught', operation: 'purchases' });
      await gateway.rows(
        `INSERT INTO provider_health (provider, operation_class, pause_reason, paused_at, probe_at)
         VALUES ('cnaught', 'purchases', 'insufficient_credit', now(), now() + interval '5 minutes')`,
      );
      const refused = await turnOff(told.id);
      expect([refused.status, refused.told.code]).toEqual([403, 'approver_required']);
      const another = await turnOn({ provider: 'one_tribe', operation: 'purchases' });
      expect((await turnOff(another.told.id)).told.state).toBe('off');
      expect((await turnOff(told.id, approver)).told.state).toBe('off');
    });

    it('is turned on by machines, and off by people', async () => {
      const machine = await gateway.newKey(['ops:act']);
      const { told } = await turnOn({ provider: 'cnaught', operation: 'all' }, {}, machine);
      expect(told).toMatchObject({ owner: null });
      expect((await turnOff(told.id, machine)).told.code).toBe('operator_key_required');
      expect((await turnOn({ operation: 'all' }, {}, viewer)).told.code).toBe('scope_missing');
      expect((await turnOff(told.id, viewer)).told.code).toBe('scope_missing');
    });

    it.each<[string, object, object, number, string]>([
      ['that is over', {}, { until: inHours(-1) }, 422, 'until'],
      ['for longer than seven days', {}, { until: inHours(169) }, 422, 'until'],
      ['of webhooks at a provider', { provider: 'cnaught', operation: 'webhooks' }, {}, 422, 'scope.provider'],
      ['without a reason', {}, { reason: '' }, 400, 'reason'],
      ['of nothing that there is', { operation: 'quotes' }, {}, 400, 'scope.operation'],
    ])('is refused %s', async (_, scope, more, expected, field) => {
      const { status, told } = await turnOn({ operation: 'all', ...scope }, more);
      expect([status, Object.keys((told as unknown as { errors: object }).errors)]).toEqual([expected, [field]]);
      const gone = await turnOff('swi_01jd4v2m0gf5c8q7k3x9w1z2r4');
      expect([gone.status, gone.told.code]).toEqual([404, 'switch_not_found']);
    });

    it('is said twice in vain, and listed page by page, the latest first', async () => {
      const { told } = await turnOn({ operation: 'checkouts' });
      const again = await turnOn({ operation: 'checkouts' }, { until: inHours(3) });
      expect([again.status, again.told.code, again.told.detail]).toEqual([
        409,
        'switch_active',
        expect.stringContaining(told.id) as string,
      ]);
      const all = await read<Page<{ id: string }>>(`${SWITCHES}?limit=100`);
      const paged: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Page<{ id: string }> = await read(`${SWITCHES}?limit=3${cursor && `&cursor=${cursor}`}`);
        paged.push(...page.data.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      expect(paged).toEqual(all.data.map(({ id }) => id));
      expect(paged[0]).toBe(told.id);
      const unknown = await turnOn({ tenant_id: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4', operation: 'all' });
      expect([unknown.status, unknown.told.code]).toEqual([404, 'tenant_not_found']);
      const misspelt = await turnOn({ provider: 'cnaugth', operation: 'all' });
      expect([misspelt.status, misspelt.told.code]).toEqual([422, 'provider_not_enabled']);
    });

    it('is switched off at the command line, too, where the API is away', async () => {
      const command = <Printed>(...args: string[]) =>
        runCommand<Printed>(gateway.database.applicationUrl, 'switches', ...args);
      const { printed } = await command<{ id: string }>(
        'turn-on',
        '--provider',
        'cnaught',
        '--until',
        inHours(2),
        '--reason',
        REASON,
      );
      expect((await gateway.order(SMALL_ORDER)).body.code).toBe('provider_paused');
      expect((await command<{ id: string }[]>('list')).printed.map(({ id }) => id)).toEqual([printed.id]);
      await expect(command('turn-on', '--until', inHours(200), '--reason', REASON)).rejects.toThrow('7 days');
    });
  });

  describe('of what tenants may spend', () => {
    const MONTH = new Date().toISOString().slice(0, 7);
    const BUDGET = '/v1/ops/budgets/{id}/{period}';
    interface Told {
      readonly code: string;
      readonly limit: object;
      readonly proposal: object | null;
      readonly errors: object;
    }
    let [boss, second]: { readonly id: string; readonly key: string }[] = [];
    let tenantId: string;
    beforeAll(async () => {
      [boss, second] = [await newOperator('Eva', 'admin'), await newOperator('Finn', 'admin')];
    });
    beforeEach(async () => {
      tenantId = await gateway.newTenant();
    });
    const usd = (amount: string) => ({ amount, currency: 'USD' });
    const set = async (amount: string, key = boss?.key, more: object = {}, period = MONTH) => {
      const sent = gateway.anonymous
        .put(`/v1/ops/budgets/${tenantId}/${period}`)
        .set('authorization', `Bearer ${key}`)
        .send({ limit: usd(amount), reason: 'As agreed', ...more });
      const { status, body } = await docs.documented(BUDGET, sent);
      return { status, told: body as Told };
    };

    it('is what they may every month, until somebody sets less; more takes two people', async () => {
      const found = await read(`/v1/ops/budgets/${tenantId}/${MONTH}`, BUDGET);
      expect(found).toMatchObject({ limit: usd('100000.00'), source: 'every_month', spent: usd('0.00'), set: null });
      const lower = await set('5000');
      expect(lower.told).toMatchObject({ limit: usd('5000.00'), source: 'budget', set: { by: { name: 'Eva' } } });

      const proposed = await set('7000');
      expect(proposed.told).toMatchObject({
        limit: usd('5000.00'),
        proposal: { limit: usd('7000.00'), by: { name: 'Eva' } },
      });
      expect((await set('7000')).told.code).toBe('second_person_required');
      expect((await set('7000.01', second?.key)).told.proposal).toMatchObject({ by: { name: 'Finn' } });
      expect((await set('7000.01')).told).toMatchObject({ limit: usd('7000.01'), proposal: null });
      await gateway.rows(`UPDATE budgets SET open_at = now() - interval '25 hours' WHERE tenant_id = $1`, [tenantId]);

      const acts = await gateway.rows(
        'SELECT act, outcome, operator_id, after::jsonb ->> $2 AS usd FROM audit_log WHERE subject = $1 ORDER BY number',
        [tenantId, 'limit_usd'],
      );
      expect(acts.slice(1).map((row) => [row['act'], row['outcome'], row['operator_id'], row['usd']])).toEqual([
        ['budget.set', 'applied', boss?.id, '5000'],
        ['budget.propose', 'applied', boss?.id, '7000'],
        ['budget.set', 'refused', boss?.id, null],
        ['budget.propose', 'applied', second?.id, '7000.01'],
        ['budget.set', 'applied', boss?.id, '7000.01'],
      ]);
      for (const change of ['set_by = proposed_by', 'limit_usd = 9000', 'limit_usd = 9000, proposed_by = set_by'])
        await expect(
          gateway.rows(`UPDATE budgets SET ${change} WHERE tenant_id = $1`, [tenantId]),
        ).rejects.toMatchObject({ code: '23514' });
    });

    it('a proposal is good for a day', async () => {
      await set('100');
      await set('200');
      await gateway.rows(`UPDATE budgets SET open_at = now() - interval '25 hours' WHERE tenant_id = $1`, [tenantId]);
      expect((await set('200', second?.key)).told).toMatchObject({
        limit: usd('100.00'),
        proposal: { by: { name: 'Finn' } },
      });
    });

    it('is lowered by a machine, and raised by people', async () => {
      const machine = await gateway.newKey(['ops:admin']);
      expect((await set('100', machine)).told).toMatchObject({ limit: usd('100.00'), set: { by: null } });
      expect((await set('200', machine)).told.code).toBe('operator_key_required');
      expect((await set('50', ann.key)).told.code).toBe('scope_missing');
    });

    it.each<[string, object, string, number, string]>([
      ['another currency', { limit: { amount: '5', currency: 'GBP' } }, MONTH, 400, 'limit.currency'],
      ['nothing', { limit: { amount: '0', currency: 'USD' } }, MONTH, 400, 'limit.amount'],
      ['no reason', { reason: '' }, MONTH, 400, 'reason'],
      ['a month that is over', {}, '2026-01', 422, 'period'],
      ['a month too far ahead', {}, '2099-01', 422, 'period'],
      ['no month', {}, '2026-13', 422, 'period'],
    ])('is refused with %s', async (_, more, period, expected, field) => {
      const { status, told } = await set('5', boss?.key, more, period);
      expect([status, Object.keys(told.errors)]).toEqual([expected, [field]]);
    });

    it('is listed of every tenant, page by page', async () => {
      const all = await read<Page<{ tenant_id: string }>>(`/v1/ops/budgets?limit=100&period=${MONTH}`);
      const paged: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Page<{ tenant_id: string }> = await read(`/v1/ops/budgets?limit=3${cursor && `&cursor=${cursor}`}`);
        paged.push(...page.data.map((row) => row.tenant_id));
        cursor = page.next_cursor;
      }
      expect(paged).toEqual(all.data.map((row) => row.tenant_id));
      expect(paged).toContain(tenantId);
      tenantId = 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4';
      expect((await set('5')).told.code).toBe('tenant_not_found');
    });
  });

  describe('in the audit', () => {
    it('is listed by operator, act and time, newest first and page by page', async () => {
      const eve = await newOperator('Eve', 'operator');
      const { id } = await place();
      for (const path of ['claim', 'refresh', 'release']) await act(`/v1/ops/orders/${id}/${path}`, undefined, eve.key);
      const list = (query: string) => read<Page<{ act: string }>>(`/v1/ops/audit?operator_id=${eve.id}${query}`);
      const acts = ['order.release', 'order.refresh', 'order.claim'];
      expect((await list('')).data.map((row) => row.act)).toEqual(acts);
      const first = await list('&limit=2');
      const second = await list(`&limit=2&cursor=${first.next_cursor}`);
      expect([...first.data, ...second.data].map((row) => row.act)).toEqual(acts);
      expect(second.next_cursor).toBeNull();
      expect((await list('&act=order.claim')).data).toHaveLength(1);
      expect((await list('&to=2026-01-01T00:00:00Z')).data).toEqual([]);
      expect((await list('&from=2026-01-01T00:00:00Z')).data).toHaveLength(3);
    });

    it('is followed from its first row to its last', async () => {
      const verified = await read<{ intact: boolean; rows: number; head: string }>('/v1/ops/audit/verify');
      expect(verified).toMatchObject({ intact: true, broken_at: null });
      const { printed } = await runCommand<object>(
        gateway.database.applicationUrl,
        'audit',
        'verify',
        '--expect',
        verified.head,
      );
      expect(printed).toMatchObject({ intact: true });
    });
  });
});
