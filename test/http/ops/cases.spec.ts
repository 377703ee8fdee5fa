import { randomUUID } from 'node:crypto';
import { runCommand } from '../../support/command-line.js';
import { flag } from '../../support/launcher.js';
import { useOpsGateway, type Page } from './ops-gateway.js';

const ORDER = '/v1/ops/orders/{id}';

describe('what operators see and do of orders', () => {
  const desk = useOpsGateway();
  const { newOperator, read, act, place } = desk;

  describe('of orders', () => {
    it('is found by any id that people come with', async () => {
      const key = randomUUID();
      const reference = `PO-${key}`;
      const order = await place({ reference }, key);
      await desk.gateway.rows(
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
      await flag(desk.gateway.app, id, 'payment_disputed');
      const queries = ['reason=payment_disputed', 'label[department]=sales', 'status=placed&provider=cnaught'];
      for (const query of queries) {
        const { data } = await read<Page<{ id: string }>>(`/v1/ops/orders?limit=100&${query}`);
        expect([query, data.map((order) => order.id)]).toEqual([query, expect.arrayContaining([id])]);
      }
    });

    it('says what can be done about one, and why not the rest, to whoever looks', async () => {
      const { id, provider_order_id: purchase } = await place();
      const actsFor = async (key: string) => {
        const { body } = await desk.docs.documented(ORDER, desk.gateway.get(`/v1/ops/orders/${id}`, key));
        return (body as { acts: { act: string; allowed: boolean; why_not: string | null }[] }).acts;
      };
      const allowed = async (key: string) => (await actsFor(key)).filter((each) => each.allowed).map(({ act }) => act);
      expect(await allowed(desk.viewer)).toEqual([]);
      expect(await allowed(desk.ann.key)).toEqual(['refresh', 'cancel', 'note', 'claim']);
      await act(`/v1/ops/orders/${id}/claim`);
      await flag(desk.gateway.app, id, 'vanished');
      expect(await allowed(desk.ann.key)).toEqual(['refresh', 'resolve', 'cancel', 'note', 'release']);
      desk.gateway.sandbox.cnaught.advance(purchase, 'fulfilled');
      await act(`/v1/ops/orders/${id}/refresh`);
      const whyNot = Object.fromEntries((await actsFor(desk.ann.key)).map((each) => [each.act, each.why_not]));
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
      desk.gateway.sandbox.cnaught.faults.add({
        match: { method: 'GET', path: `^/orders/${purchase}` },
        fault: { kind: 'set_field', path: 'amount_kg', value: 90 },
      });
      await act(`/v1/ops/orders/${id}/refresh`);
      const { differences } = await read<{ differences: object[] }>(`/v1/ops/orders/${id}`, ORDER);
      expect(differences).toEqual([{ field: 'mass', ours: '100000 g', theirs: '90000 g', accepted: false }]);
    });

    it('tells which process is at one, and which wrote what, to operators alone', async () => {
      const { id } = await place();
      await desk.gateway.rows(
        `UPDATE tasks SET lease_token = gen_random_uuid(), leased_until = now() + interval '1 minute',
           leased_by = (SELECT id FROM processes LIMIT 1) WHERE subject_id = $1`,
        [id],
      );
      const path = `/v1/ops/orders/${id}/timeline?limit=100`;
      const { data } = await read<Page<{ kind: string; evidence: { process?: string } }>>(path, `${ORDER}/timeline`);
      expect(data.at(-1)).toMatchObject({ kind: 'lease.held', evidence: { process: expect.stringMatching(/:\d+$/) } });
      expect(data[0]?.evidence.process).toMatch(/:\d+$/);
      const told = await desk.gateway.get(`/v1/orders/${id}/timeline?limit=100`);
      expect(told.text).not.toMatch(/"process"|lease\.held/);
      await desk.gateway.rows(
        'UPDATE tasks SET lease_token = NULL, leased_until = NULL, leased_by = NULL WHERE subject_id = $1',
        [id],
      );
    });

    it('is all that is kept about one', async () => {
      const { id, provider_order_id: purchase } = await place();
      const found = await read<object>(`/v1/ops/orders/${id}`, ORDER);
      expect(found).toMatchObject({
        order: { id, status: 'placed', provider_order_id: purchase },
        tenant: { id: desk.gateway.tenantId, name: 'Tenant' },
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
      const note = () => act(`/v1/ops/orders/${id}/notes`, { text }, desk.ann.key, key);
      const taken = await note();
      expect([taken.status, taken.body]).toEqual([201, expect.objectContaining({ operator: 'Ann', text })]);
      expect((await note()).body).toEqual(taken.body);
      const other = await act(`/v1/ops/orders/${id}/notes`, { text: 'Other' }, desk.ann.key, key);
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
      const told = (await desk.gateway.get(`/v1/orders/${id}/timeline?limit=100`)).text;
      expect(told).not.toMatch(/CNaught\. They|act\.recorded|note\.taken/);
      expect((await desk.gateway.get(`/v1/events?order_id=${id}`)).text).not.toContain('answer tomorrow');
    });

    it('says nothing any more of a person whose data is erased', async () => {
      const { id, provider_order_id: purchase } = await place();
      await act(`/v1/ops/orders/${id}/notes`, { text: 'Jane Smith has called' });
      await act(`/v1/ops/orders/${id}/notes`, { text: 'Nothing of her' });
      desk.gateway.sandbox.cnaught.advance(purchase, 'cancelled');
      await act(`/v1/ops/orders/${id}/refresh`);
      await runCommand(desk.gateway.database.applicationUrl, 'privacy', 'erase', id, '--reason', 'asked for');
      const { notes } = await read<{ notes: { text: string }[] }>(`/v1/ops/orders/${id}`, ORDER);
      expect(notes.map(({ text }) => text)).toEqual(['Nothing of her', 'erased']);
    });

    it('is an order in hand, of one person at a time', async () => {
      const { id } = await place();
      const ben = await newOperator('Ben', 'operator');
      const owner = async (path: string, key: string) =>
        ((await act(`/v1/ops/orders/${id}/${path}`, undefined, key)).body as { owner: { name: string } | null }).owner
          ?.name;
      expect(await owner('claim', desk.ann.key)).toBe('Ann');
      expect(await owner('claim', desk.ann.key)).toBe('Ann');
      expect(await owner('claim', ben.key)).toBe('Ben');
      expect(await owner('release', desk.ann.key)).toBeUndefined();
      expect(await owner('release', desk.ann.key)).toBeUndefined();
      const acts = await desk.gateway.rows(
        'SELECT act, before::text, after::text, operator_id FROM audit_log WHERE subject = $1 ORDER BY number',
        [id],
      );
      expect(acts.map((row) => [row['act'], row['operator_id']])).toEqual([
        ['order.claim', desk.ann.id],
        ['order.claim', ben.id],
        ['order.release', desk.ann.id],
      ]);
      expect(acts[1]?.['before']).toContain(desk.ann.id);
      const machine = await act(`/v1/ops/orders/${id}/claim`, undefined, await desk.gateway.newKey(['ops:act']));
      expect([machine.status, machine.body.code]).toEqual([403, 'operator_key_required']);
    });

    it('is an order in hand that is taken from whoever has it then, however many take it at once', async () => {
      const { id } = await place();
      const people = await Promise.all(
        ['P1', 'P2', 'P3', 'P4', 'P5', 'P6'].map((name) => newOperator(name, 'operator')),
      );
      const claims = await Promise.all(people.map(({ key }) => act(`/v1/ops/orders/${id}/claim`, undefined, key)));
      expect(claims.map(({ status }) => status)).toEqual(people.map(() => 200));
      const rows = await desk.gateway.rows<{ before: { owner: string | null }; after: { owner: string } }>(
        `SELECT before, after FROM audit_log WHERE subject = $1 AND act = 'order.claim' ORDER BY number`,
        [id],
      );
      expect(rows).toHaveLength(people.length);
      expect(rows.map(({ before }) => before.owner)).toEqual([
        null,
        ...rows.slice(0, -1).map(({ after }) => after.owner),
      ]);
    });

    it('is a read of the provider now, of any tenant’s order', async () => {
      const { id, provider_order_id: purchase } = await place();
      desk.gateway.sandbox.cnaught.advance(purchase, 'fulfilled');
      const now = await act(`/v1/ops/orders/${id}/refresh`);
      expect(now.body).toMatchObject({ order: { status: 'completed' } });
      const events = await desk.gateway.rows(
        "SELECT cause FROM order_events WHERE order_id = $1 AND type = 'order.completed'",
        [id],
      );
      expect(events).toMatchObject([{ cause: { operator: 'Ann', operator_id: desk.ann.id } }]);
      const acts = await read<Page<object>>(`/v1/ops/audit?subject=${id}`);
      expect(acts.data).toMatchObject([
        { act: 'order.refresh', operator_id: desk.ann.id, operator_name: 'Ann', outcome: 'applied' },
      ]);
    });

    it.each(['notes', 'claim', 'release', 'refresh'])('is none for those who may only look: %s', async (path) => {
      const { id } = await place();
      const refused = await act(
        `/v1/ops/orders/${id}/${path}`,
        path === 'notes' ? { text: 'x' } : undefined,
        desk.viewer,
      );
      expect([refused.status, refused.body.code]).toEqual([403, 'scope_missing']);
    });
  });
});
