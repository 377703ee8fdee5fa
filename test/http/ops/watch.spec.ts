import { ATTENTION_REASONS } from '../../../src/domain/operators/attention.js';
import { ProviderCallsRepository } from '../../../src/persistence/providers/provider-calls.repository.js';
import { runCommand } from '../../support/command-line.js';
import { flag } from '../../support/launcher.js';
import { SMALL_ORDER } from '../served-gateway.js';
import { useOpsGateway, type Page } from './ops-gateway.js';

/** A read is repeated twice before it has failed. */
const READS_TRIED = 3;

interface Waiting {
  readonly order: { readonly id: string };
  readonly reason: string;
  readonly severity: number;
  readonly owner: { readonly id: string; readonly name: string } | null;
}

describe('what operators see', () => {
  const desk = useOpsGateway();
  const { newOperator, read, act, place } = desk;

  describe('in the summary', () => {
    it('is what waits for a person, what is open, and how providers stand', async () => {
      const { id } = await place();
      await flag(desk.gateway.app, id, 'vanished');
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
      await desk.gateway.forgetPauses();
      const first = await desk.gateway.get('/v1/ops/summary', desk.viewer);
      const again = () =>
        desk.gateway.get('/v1/ops/summary', desk.viewer).set('if-none-match', first.headers['etag'] as string);
      expect((await desk.docs.documented('/v1/ops/summary', again())).status).toBe(304);
      await flag(desk.gateway.app, (await place()).id, 'bought_twice');
      expect((await again()).status).toBe(200);
    });

    it('counts to a thousand, and says that there are more', async () => {
      await desk.gateway.rows(
        "INSERT INTO tasks (subject_id, kind, run_at) SELECT 'nothing-' || n, 'prune', now() FROM generate_series(1, 1001) n",
      );
      const { tasks } = await read<{ tasks: object }>('/v1/ops/summary');
      await desk.gateway.rows("DELETE FROM tasks WHERE subject_id LIKE 'nothing-%'");
      expect(tasks).toMatchObject({ due: { count: 1_000, capped: true } });
    });
  });

  describe('of finance', () => {
    it('is how many blocking breaks nobody has decided or waits with', async () => {
      const open = async () => (await read<{ breaks_open: object }>('/v1/ops/summary')).breaks_open;
      expect(await open()).toEqual({ count: 0, capped: false });
      await desk.gateway.rows(
        "INSERT INTO periods (id, starts_at, ends_at, status) VALUES ('2020-01', '2020-01-01Z', '2020-02-01Z', 'open')",
      );
      const find = (subject: string, severity: string, status: string) =>
        desk.gateway.rows(
          `INSERT INTO breaks (id, break_key, type, severity, provider, subject, period_id, facts, facts_hash, status,
             waiting_until, first_run, last_run, cut_off_at)
           VALUES ('brk_' || $1, sha256($1::bytea), 'charge_unknown', $2, 'cnaught', $1, '2020-01', '{}', sha256('{}'), $3,
             CASE WHEN $3 = 'waiting' THEN date '2020-03-01' END, 'rec_1', 'rec_1', '2020-02-01Z')`,
          [subject, severity, status],
        );
      await find('a', 'blocking', 'open');
      await find('b', 'blocking', 'waiting');
      await find('c', 'warning', 'open');
      await find('d', 'blocking', 'cleared');
      expect(await open()).toEqual({ count: 1, capped: false });
      await desk.gateway.rows("UPDATE breaks SET status = 'cleared', waiting_until = NULL WHERE first_run = 'rec_1'");
    });
  });

  describe('of tenants', () => {
    it('is how many have spent all they may this month', async () => {
      await place();
      const over = async () => (await read<{ budgets_over: object }>('/v1/ops/summary')).budgets_over;
      expect(await over()).toEqual({ count: 0, capped: false });
      const limit = 'UPDATE tenants SET max_month_usd = $2::numeric WHERE id = $1';
      await desk.gateway.rows(limit, [desk.gateway.tenantId, '0.01']);
      expect(await over()).toEqual({ count: 1, capped: false });
      const budget =
        'INSERT INTO budgets (tenant_id, month, open_limit_usd, open_by) VALUES ($1, month_of(now()), 1, $2)';
      await desk.gateway.rows(budget, [desk.gateway.tenantId, desk.ann.id]);
      expect(await over()).toEqual({ count: 1, capped: false });
      await desk.gateway.rows(limit, [desk.gateway.tenantId, null]);
      expect(await over()).toEqual({ count: 0, capped: false });
    });
  });

  describe('of providers', () => {
    interface Hour {
      readonly hour: string;
      readonly orders: readonly { status: string; count: number }[];
      readonly calls: readonly {
        provider: string;
        class: string;
        outcomes: readonly { outcome: string; count: number }[];
        p50_ms: number;
        p95_ms: number;
      }[];
    }
    const hours = (query = '') =>
      read<{ data: readonly Hour[] }>(`/v1/ops/activity?hours=3${query}`).then(({ data }) => data);
    const ofPurchases = (data: readonly Hour[], outcome: string): number =>
      data
        .flatMap(({ calls }) => calls.filter((each) => each.class === 'purchases'))
        .flatMap(({ outcomes }) => outcomes.filter((each) => each.outcome === outcome))
        .reduce((sum, { count }) => sum + count, 0);
    const ordersOf = (data: readonly Hour[]): number =>
      data.flatMap(({ orders }) => orders).reduce((sum, { count }) => sum + count, 0);
    const written = () => desk.gateway.app.get(ProviderCallsRepository).write();
    const ask = async (key: string, provider = 'cnaught') =>
      (
        await desk.docs.documented(
          '/v1/ops/providers/{id}/probe',
          desk.gateway.post(`/v1/ops/providers/${provider}/probe`, key),
        )
      ).body as Record<string, unknown>;

    it('is what came in and was asked of them, hour by hour, counted over all writes', async () => {
      await written();
      const before = await hours('&provider=cnaught');
      for (let nth = 0; nth < 2; nth++) {
        await place();
        await written();
      }
      const data = await hours('&provider=cnaught');
      expect(data).toHaveLength(3);
      expect([ofPurchases(data, 'ok'), ordersOf(data)]).toEqual([ofPurchases(before, 'ok') + 2, ordersOf(before) + 2]);
      const [calls] = data.flatMap((hour) => hour.calls.filter((each) => each.class === 'purchases'));
      expect(calls?.p50_ms).toBeGreaterThan(0);
      expect(calls?.p95_ms).toBeGreaterThanOrEqual(calls?.p50_ms ?? 0);
      expect(ofPurchases(await hours('&provider=carbonmark'), 'ok')).toBe(0);
      const unknown = await desk.docs.documented(
        '/v1/ops/activity',
        desk.gateway.get('/v1/ops/activity?provider=acme', desk.viewer),
      );
      expect(unknown.body).toMatchObject({ code: 'provider_not_enabled' });
    });

    it('is counted later where the database could not take it', async () => {
      await written();
      const before = ofPurchases(await hours(), 'ok');
      await place();
      await desk.gateway.rows('ALTER TABLE provider_calls RENAME TO provider_calls_away');
      await written();
      await desk.gateway.rows('ALTER TABLE provider_calls_away RENAME TO provider_calls');
      await place();
      await written();
      expect(ofPurchases(await hours(), 'ok')).toBe(before + 2);
    });

    it('is how each class of calls stands, and what has failed of late', async () => {
      const reset = { kind: 'reset', when: 'before_effect' } as const;
      const match = { method: 'GET', path: '^/orders/probe' } as const;
      desk.gateway.sandbox.cnaught.faults.add({ match, times: READS_TRIED, fault: reset });
      expect(await ask(desk.ann.key)).toMatchObject({
        provider: 'cnaught',
        result: 'no_answer',
        reason: 'unavailable',
      });
      await written();
      type Details = { classes: object[]; failures: object[]; name: string };
      const details = () => read<Details>('/v1/ops/providers/cnaught', '/v1/ops/providers/{id}');
      const { name, classes, failures } = await details();
      expect([name, classes]).toMatchObject([
        'CNaught',
        [{ class: 'purchases' }, { class: 'status' }, { class: 'catalog' }],
      ]);
      expect(failures[0]).toMatchObject({ operation: 'fetchStatus', reason: 'unavailable', count: expect.any(Number) });
      const all = await read<{ data: { id: string; classes: object[] }[] }>('/v1/ops/providers');
      expect(all.data.find(({ id }) => id === 'cnaught')?.classes).toEqual(classes);
    });

    it('is asked of them by a person at once, which lifts no pause', async () => {
      await desk.gateway.forgetPauses();
      await desk.gateway.rows(`
        INSERT INTO provider_health (provider, operation_class, pause_reason, paused_at, probe_at)
        VALUES ('cnaught', 'purchases', 'insufficient_credit', now(), now() + interval '1 hour')
        ON CONFLICT (provider, operation_class) DO UPDATE SET
          pause_reason = EXCLUDED.pause_reason, paused_at = EXCLUDED.paused_at, probe_at = EXCLUDED.probe_at`);
      expect(await ask(desk.ann.key)).toMatchObject({ result: 'answered', reason: null });
      const { classes } = await read<{ classes: object[] }>('/v1/ops/providers/cnaught', '/v1/ops/providers/{id}');
      expect(classes[0]).toMatchObject({ class: 'purchases', state: 'paused', why: 'insufficient_credit' });
      await desk.gateway.rows(
        "UPDATE provider_health SET pause_reason = 'unavailable', paused_at = now(), probe_at = now() + interval '1 hour', operation_class = 'status' WHERE operation_class = 'purchases'",
      );
      expect(await ask(desk.ann.key)).toMatchObject({ result: 'not_asked', reason: 'unavailable' });
      const reads = await read<{ classes: object[] }>('/v1/ops/providers/cnaught', '/v1/ops/providers/{id}');
      expect(reads.classes).toMatchObject([
        { class: 'purchases', state: 'ok', why: null },
        { class: 'status', state: 'paused', why: 'unavailable', probe_at: expect.any(String) },
        { class: 'catalog', state: 'ok', why: null },
      ]);
      await desk.gateway.forgetPauses();
      const refused = { kind: 'refused', status: 401 } as const;
      desk.gateway.sandbox.cnaught.faults.add({
        match: { method: 'GET', path: '^/orders/probe' },
        times: 1,
        fault: refused,
      });
      expect(await ask(desk.ann.key)).toMatchObject({ result: 'refused', reason: 'credentials' });
      await desk.gateway.forgetPauses();
      expect(await ask(desk.ann.key, 'acme')).toMatchObject({ code: 'provider_not_enabled' });
      expect(await ask(desk.viewer)).toMatchObject({ code: 'scope_missing' });
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
          await flag(desk.gateway.app, id, reason);
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
      await flag(desk.gateway.app, id, 'paid_twice');
      expect(idsOf(await waiting('&reason=paid_twice'))).toEqual([id]);
      expect(idsOf(await waiting(`&tenant_id=${desk.gateway.tenantId}`))).toContain(id);
      expect(await waiting(`&tenant_id=${await desk.gateway.newTenant()}`)).toEqual([]);
      expect(await waiting('&provider=one_tribe')).toEqual([]);
      expect(await waiting('&reason=paid_twice&waiting_since_before=2026-01-01T00:00:00Z')).toEqual([]);
      const mine = async () =>
        (await desk.gateway.get('/v1/ops/attention?owner=me', desk.ann.key)).body.data as Waiting[];
      expect(await mine()).toEqual([]);
      await act(`/v1/ops/orders/${id}/claim`);
      expect(await mine()).toMatchObject([{ order: { id }, owner: { id: desk.ann.id, name: 'Ann' } }]);
      expect(idsOf(await waiting('&owner=none'))).not.toContain(id);
      const machine = await desk.gateway.newKey(['ops']);
      const nobodys = await desk.docs.documented(
        '/v1/ops/attention',
        desk.gateway.get('/v1/ops/attention?owner=me', machine),
      );
      expect([nobodys.status, nobodys.body.code]).toEqual([403, 'operator_key_required']);
    });

    it('has orders in doubt after all under review', async () => {
      const reset = { kind: 'reset', when: 'after_effect' } as const;
      desk.gateway.sandbox.oneTribe.faults.add({
        match: { method: 'POST', path: '/transactions' },
        times: 1,
        fault: reset,
      });
      const { body: order } = await desk.gateway
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

  describe('in the audit', () => {
    it('is listed by operator, act and time, newest first and page by page', async () => {
      const eve = await newOperator('Eve', 'operator');
      const { id } = await place();
      for (const path of ['claim', 'refresh', 'release']) await act(`/v1/ops/orders/${id}/${path}`, undefined, eve.key);
      await desk.gateway.post('/v1/ops/providers/cnaught/probe', eve.key).expect(200);
      const list = (query: string) => read<Page<{ act: string }>>(`/v1/ops/audit?operator_id=${eve.id}${query}`);
      const acts = ['provider.probe', 'order.release', 'order.refresh', 'order.claim'];
      expect((await list('')).data.map((row) => row.act)).toEqual(acts);
      const first = await list('&limit=2');
      const second = await list(`&limit=2&cursor=${first.next_cursor}`);
      expect([...first.data, ...second.data].map((row) => row.act)).toEqual(acts);
      expect(second.next_cursor).toBeNull();
      expect((await list('&act=order.claim')).data).toHaveLength(1);
      expect((await list('&to=2026-01-01T00:00:00Z')).data).toEqual([]);
      expect((await list('&from=2026-01-01T00:00:00Z')).data).toHaveLength(4);
    });

    it('is followed from its first row to its last', async () => {
      const verified = await read<{ intact: boolean; rows: number; head: string }>('/v1/ops/audit/verify');
      expect(verified).toMatchObject({ intact: true, broken_at: null });
      const { printed } = await runCommand<object>(
        desk.gateway.database.applicationUrl,
        'audit',
        'verify',
        '--expect',
        verified.head,
      );
      expect(printed).toMatchObject({ intact: true });
    });
  });
});
