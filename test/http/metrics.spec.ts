import { OpenMonths } from '../../src/application/periods/open-months.js';
import { TurnSwitchOn } from '../../src/application/switches/turn-switch-on.js';
import { MetricsServer } from '../../src/health/metrics-server.js';
import { CNAUGHT } from '../../src/providers/cnaught/cnaught.capabilities.js';
import { GaugesRepository } from '../../src/persistence/telemetry/gauges.repository.js';
import { REVIEW_REASONS } from '../../src/domain/orders/review.js';
import { ORDER_STATUSES } from '../../src/domain/orders/lifecycle.js';
import { BREAK_TYPES, SEVERITIES } from '../../src/domain/reconciliation/break-types.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { newOperator } from '../dashboard/staffed-gateway.js';
import { BY_TESTER, flag } from '../support/launcher.js';
import { alertRules, askedBy, dashboardQueries } from './watched-metrics.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

const valueOf = (text: string, series: string): number => {
  const line = text.split('\n').find((found) => found.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? Number.NaN);
};

describe('the metrics', () => {
  let gateway: ServedGateway;
  const lines: string[] = [];
  beforeEach(async () => {
    lines.length = 0;
    const logger = createLogger('info', { write: (line: string) => void lines.push(line) });
    gateway = await ServedGateway.start({}, { logger });
  });
  afterEach(async () => {
    jest.useRealTimers();
    await gateway.stop();
  });

  const scrape = async (): Promise<string> => (await gateway.anonymous.get('/metrics').expect(200)).text;

  it('count requests by route and status, and name no path', async () => {
    const { body } = (await gateway.order(SMALL_ORDER).expect(201)) as { body: { id: string } };
    await gateway.get(`/v1/orders/${body.id}`).expect(200);
    await gateway.get('/v1/orders/ord_01jd4v2m0gf5c8q7k3x9w1z2r4').expect(404);
    await gateway.get('/nowhere').expect(404);
    const text = await scrape();
    const requests = (method: string, route: string, status: number): number =>
      valueOf(text, `gateway_http_requests_total{method="${method}",route="${route}",status="${status}"}`);
    expect(requests('POST', '/v1/orders', 201)).toBe(1);
    expect(requests('GET', '/v1/orders/:id', 200)).toBe(1);
    expect(requests('GET', '/v1/orders/:id', 404)).toBe(1);
    expect(requests('GET', 'none', 404)).toBe(1);
    expect(text).not.toContain(body.id);
  });

  it('say how old the oldest doubt, review and due task are', async () => {
    const fault = { kind: 'reset', when: 'before_effect' } as const;
    gateway.sandbox.cnaught.faults.add({ match: { method: 'POST', path: '/orders' }, fault });
    const { body } = (await gateway.order(SMALL_ORDER).expect(202)) as { body: { id: string; status: string } };
    expect(body.status).toBe('in_doubt');
    await flag(gateway.app, body.id, 'unproven_outcome');
    await gateway.letTimePass(120_000);
    await gateway.rows("UPDATE orders SET review_since = now() - interval '3 minutes' WHERE id = $1", [body.id]);
    const text = await scrape();
    expect(valueOf(text, 'gateway_in_doubt_oldest_seconds{provider="cnaught"}')).toBeGreaterThanOrEqual(120);
    const review = '{provider="cnaught",reason="unproven_outcome"}';
    expect(valueOf(text, `gateway_review_oldest_seconds${review}`)).toBeGreaterThanOrEqual(180);
    expect(valueOf(text, `gateway_orders_in_review${review}`)).toBe(1);
    expect(valueOf(text, 'gateway_task_oldest_seconds')).toBeGreaterThan(60);
    expect(valueOf(text, 'gateway_tasks_overdue')).toBe(1);
  });

  it('and one line of the log say that a provider is paused, for whichever class of calls', async () => {
    const refused = { kind: 'refused', status: 401 } as const;
    gateway.sandbox.cnaught.faults.add({ match: { method: 'POST', path: '/orders' }, times: 'always', fault: refused });
    await gateway.order(SMALL_ORDER).expect(202);
    const text = await scrape();
    const labels = '{provider="cnaught",class="purchases",reason="credentials"}';
    expect(valueOf(text, `gateway_provider_paused_seconds${labels}`)).toBeGreaterThanOrEqual(0);
    expect(valueOf(text, `gateway_provider_pauses_total${labels}`)).toBe(1);
    const pauses = lines.map((line) => JSON.parse(line) as { msg: string }).filter(({ msg }) => /are paused/.test(msg));
    expect(pauses).toEqual([
      expect.objectContaining({ provider: 'cnaught', operation_class: 'purchases', reason: 'credentials' }),
    ]);
  });

  it('say what people do, what waits for a second one, and what is left of a quota', async () => {
    const fault = { kind: 'reset', when: 'after_effect' } as const;
    gateway.sandbox.cnaught.faults.add({ match: { method: 'POST', path: '^/orders$' }, fault });
    const { body } = await gateway.order({ ...SMALL_ORDER, mass: { value: '20', unit: 't' } }).expect(202);
    const { id } = body as { id: string };
    const key = await newOperator(gateway, 'Ann');
    await gateway.post(`/v1/ops/orders/${id}/claim`, key).expect(200);
    await gateway.post('/v1/ops/orders/ord_01jd4v2m0gf5c8q7k3x9w1z2r4/claim', key).expect(404);
    const { version } = (await gateway.get(`/v1/ops/orders/${id}/resolutions`, key)).body as { version: number };
    await gateway
      .post(`/v1/ops/orders/${id}/resolutions`, key)
      .set('idempotency-key', id)
      .send({
        decision: 'adopt_purchase',
        evidence: { provider_order_id: gateway.purchasesOf(id)[0]?.id },
        reason: 'Seen on the pages of the provider.',
        expected_version: version,
      })
      .expect(201);
    const text = await scrape();
    const acts = (act: string, outcome: string): number =>
      valueOf(text, `gateway_ops_acts_total{act="${act}",outcome="${outcome}"}`);
    expect([acts('order.claim', 'done'), acts('order.claim', 'refused')]).toEqual([1, 1]);
    expect(valueOf(text, 'gateway_resolutions_open')).toBe(1);
    expect(valueOf(text, 'gateway_resolution_oldest_seconds')).toBeGreaterThanOrEqual(0);
    expect(valueOf(text, 'gateway_provider_other_account{provider="cnaught"}')).toBe(0);
    expect(valueOf(text, 'gateway_quota_share_left{provider="cnaught",limit="writes/1000"}')).toBeLessThanOrEqual(1);
    expect(text.match(/^gateway_quota_share_left\{/gm)?.length).toBe(text.match(/^gateway_quota_pace\{/gm)?.length);
  });

  /** A run with a break, and a pool: as finance and callers leave them. */
  const haveFinance = async (): Promise<void> => {
    const month = new Date().toISOString().slice(0, 7);
    await gateway.app.get(OpenMonths).current();
    await gateway.rows(
      `INSERT INTO provider_snapshots (id, provider, coverage, created_from, ended_at)
       VALUES ('snp_test', 'cnaught', 'complete', now(), now())`,
    );
    await gateway.rows(
      `INSERT INTO reconciliations (id, provider, period_id, cut_off_at, dry_run, fresh, snapshot_id, rules_version, status, operator, ended_at)
       SELECT 'rec_' || n, 'cnaught', $1, now(), n = 2, false, 'snp_test', 1, 'completed', 'test', now() - interval '1 hour' / n
       FROM generate_series(1, 2) AS n`,
      [month],
    );
    await gateway.rows(
      `INSERT INTO breaks (id, break_key, type, severity, provider, subject, period_id, facts, facts_hash, first_run, last_run,
                           cut_off_at, opened_at, status, resolution)
       SELECT 'brk_' || n, sha256(n::text::bytea), CASE n WHEN 5 THEN 'not_invoiced' ELSE 'state_differs' END,
              CASE n WHEN 5 THEN 'info' ELSE 'blocking' END, 'cnaught', 'order ' || n, $1, '[]', '', 'rec_1', 'rec_1',
              now(), now() - n * interval '1 day', CASE n WHEN 4 THEN 'resolved' ELSE 'open' END, CASE n WHEN 4 THEN 'claim_refund' END
       FROM generate_series(1, 5) AS n`,
      [month],
    );
    await gateway.rows(
      `INSERT INTO pools (id, tenant_id, beneficiary, provider, provider_offering_id, offering_name, step_grams, grams, members, closes_at)
       VALUES ('pol_test', $1, 'Everybody', 'one_tribe', 'offering', 'Offering', 1000000, 5000, 1, now() + interval '1 day')`,
      [gateway.tenantId],
    );
  };

  it('say how old breaks and runs are, without those that are settled or only inform, and dry runs', async () => {
    await haveFinance();
    const text = await scrape();
    const labels = '{type="state_differs",severity="blocking",provider="cnaught"}';
    expect(valueOf(text, `gateway_finance_breaks_open${labels}`)).toBe(3);
    expect(Math.floor(valueOf(text, `gateway_finance_break_oldest_seconds${labels}`) / 86_400)).toBe(3);
    expect(Math.floor(valueOf(text, 'gateway_finance_run_age_seconds{provider="cnaught"}') / 3_600)).toBe(1);
    expect(valueOf(text, 'gateway_finance_snapshot_complete{provider="cnaught"}')).toBe(1);
    expect(text).not.toContain('not_invoiced');
    expect(text).not.toContain('gateway_finance_run_age_seconds{provider="one_tribe"}');
  });

  it('have every name, label and word that alert rules and the dashboard ask for', async () => {
    const silent = { kind: 'reset', when: 'before_effect' } as const;
    gateway.sandbox.cnaught.faults.add({ match: { method: 'POST', path: '^/orders$' }, fault: silent });
    const { body } = await gateway.order(SMALL_ORDER).expect(202);
    await flag(gateway.app, (body as { id: string }).id, 'bought_twice');
    const refused = { kind: 'refused', status: 401 } as const;
    gateway.sandbox.oneTribe.faults.add({ match: { method: 'POST', path: '/transactions' }, fault: refused });
    await gateway.order({ ...SMALL_ORDER, provider: 'one_tribe', mass: { value: '2', unit: 't' } }).expect(202);
    await gateway.post(`/v1/ops/orders/${(body as { id: string }).id}/claim`).expect(403);
    const scope = { provider: 'carbonmark', tenantId: null, operation: 'checkouts' } as const;
    const wanted = { scope, until: new Date(Date.now() + 3_600_000), reason: 'Their pages are being changed' };
    await gateway.app.get(TurnSwitchOn).run(wanted, BY_TESTER);
    // What it takes hours or another account to come about, counted as it would be then.
    const metrics = gateway.app.get(Metrics);
    metrics.countEndpointDisabled('failing');
    const answered = { outcome: 'ok', reason: null, upstreamStatus: 200, latencyMs: 1, quotaBackInMs: null } as const;
    metrics.observeCall({
      ...answered,
      provider: CNAUGHT,
      operation: 'listOrders',
      unread: ['state'],
      correlationId: 'test',
    });
    await gateway.rows(
      `INSERT INTO quota_turns (provider, lane, tenant_id, waits_until) VALUES ('cnaught', 0, $1, now() + interval '1 hour')`,
      [gateway.tenantId],
    );
    await haveFinance();
    const labelsOf = new Map<string, Set<string>>();
    for (const [, name = '', labels = ''] of (await scrape()).matchAll(/^(\w+)(?:\{(.*)\})? /gm)) {
      const known = labelsOf.get(name) ?? labelsOf.set(name, new Set(['instance'])).get(name);
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known?.add(label);
    }
    const words = new Set([
      ...Object.keys(REVIEW_REASONS),
      ...ORDER_STATUSES,
      ...BREAK_TYPES,
      ...SEVERITIES,
      'not_signable',
    ]);
    const queries = [...alertRules().map(({ expr }) => expr), ...dashboardQueries()];
    expect(queries.length).toBeGreaterThan(50);
    const unknown = queries.filter((query) => {
      const asked = askedBy(query);
      return (
        asked.metrics.length === 0 ||
        asked.metrics.some((metric) => !labelsOf.has(metric)) ||
        asked.labels.some((label) => !asked.metrics.every((metric) => labelsOf.get(metric)?.has(label))) ||
        asked.words.some((word) => !words.has(word))
      );
    });
    expect(unknown).toEqual([]);
  });

  it('tell of the process and of its connections', async () => {
    const text = await scrape();
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(valueOf(text, 'gateway_database_connections{state="most"}')).toBe(20);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });

  it('are counted once for all who ask within some seconds, over a connection that no request uses', async () => {
    const read = jest.spyOn(gateway.app.get(GaugesRepository), 'read');
    await Promise.all(Array.from({ length: 20 }, scrape));
    await scrape();
    expect(read).toHaveBeenCalledTimes(1);
    const users = await gateway.rows<{ application_name: string }>(
      "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'BEGIN READ ONLY%'",
    );
    expect(users).toEqual([{ application_name: 'offset-gateway-metrics' }]);
  });

  it('are served without the database, and say what could not be counted', async () => {
    jest.useFakeTimers({
      now: Date.now(),
      doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask'],
    });
    expect(valueOf(await scrape(), 'gateway_database_counted')).toBe(1);
    jest.advanceTimersByTime(6_000);
    const holder = await gateway.connection();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    const text = await scrape();
    await holder.query('ROLLBACK');
    holder.release();
    expect(valueOf(text, 'gateway_database_counted')).toBe(0);
    expect(text).not.toMatch(/^gateway_tasks_due /m);
    expect(text).toMatch(/^process_resident_memory_bytes /m);
    jest.advanceTimersByTime(6_000);
    expect(valueOf(await scrape(), 'gateway_database_counted')).toBe(1);
  });
});

describe('metrics with a port of their own', () => {
  it('are not on the port of the API', async () => {
    const gateway = await ServedGateway.start({ metricsPort: 0 });
    try {
      await gateway.anonymous.get('/metrics').expect(404);
      const own = `http://127.0.0.1:${gateway.app.get(MetricsServer).port}`;
      const response = await fetch(`${own}/metrics`);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/plain; version=0.0.4; charset=utf-8',
      ]);
      expect(await response.text()).toContain('gateway_orders_open');
      expect((await fetch(`${own}/v1/orders`)).status).toBe(404);
      await gateway.anonymous.get('/livez').expect(200);
    } finally {
      await gateway.stop();
    }
  });
});
