import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Authenticate } from '../../src/application/access/authenticate.js';
import { refused } from '../../src/domain/audit/act.js';
import type { Order } from '../../src/domain/orders/order.js';
import { AuditRepository } from '../../src/persistence/audit/audit.repository.js';
import { markEnvironment, refuseOtherEnvironment } from '../../src/persistence/database/database-environment.js';
import { Database } from '../../src/persistence/database/database.js';
import { Prisma } from '../../src/persistence/generated/client.js';
import { bringUpToDate } from '../../src/persistence/migrations/bring-up-to-date.js';
import { applyMigrations, MIGRATIONS_DIR } from '../../src/persistence/migrations/migrate.js';
import { ErasuresRepository } from '../../src/persistence/privacy/erasures.repository.js';
import { TasksRepository } from '../../src/persistence/tasks/tasks.repository.js';
import type { Fault } from '../../dev/sandbox/index.js';
import { startEmbeddedPostgres } from '../../dev/postgres/embedded-postgres.js';
import { createTestDatabase } from '../support/database.js';
import type { TestEngine } from '../support/engine.js';
import { launchGateway, newKey } from '../support/launcher.js';
import { postgresDir } from '../support/test-run.js';
import { BY_HAND, OnCall, pageOf } from './on-call.js';
import { Psql } from './psql.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const LOST_RESPONSE: Fault = { kind: 'reset', when: 'after_effect' };
const NOT_BOUGHT: Fault = { kind: 'error', status: 500, effect: false };

/** docs/runbook.md as it stands, done by hand to orders that the engine made. No statement is repeated here. */
describe('by the runbook', () => {
  let onCall: OnCall;
  let engine: TestEngine;

  beforeAll(async () => {
    onCall = await OnCall.start();
    engine = onCall.engine;
  });
  afterAll(() => onCall.stop());
  afterEach(async () => {
    await onCall.leave();
    expect(await engine.lostOrders()).toBe(0);
  });

  describe('a person on call', () => {
    it('sees how many orders are open and why some wait for a person', async () => {
      await onCall.placeInDoubt(LOST_RESPONSE);
      await onCall.openPage('carbonmark');
      await engine.later(2 * DAY);
      await onCall.placeInDoubt(LOST_RESPONSE);
      expect(await onCall.see('The first five minutes', 'SELECT status')).toContainEqual(
        expect.objectContaining({ status: 'in_doubt', provider: 'one_tribe', count: '1' }),
      );
      expect(await onCall.see('The first five minutes', 'SELECT review_reason')).toContainEqual(
        expect.objectContaining({ review_reason: 'payment_unconfirmed', count: '1', oldest: expect.any(Date) }),
      );
    });

    it('finds an order by whatever the caller has of it', async () => {
      const terms = { reference: `invoice ${randomUUID()}` };
      const key = randomUUID();
      const order = await engine.place({ provider: 'one_tribe', grams: 2_000_000, terms }, 20_000, key);
      for (const known of [order.id, order.providerOrderId ?? '', terms.reference, key])
        expect(await onCall.see('Look at one order', 'idempotency_records', { order: known })).toMatchObject([
          { id: order.id, status: 'placed' },
        ]);
    });

    it('sees what happened to an order, what was sent, and who is at it', async () => {
      const order = await onCall.placeInDoubt(LOST_RESPONSE);
      expect((await onCall.eventsOf(order)).map(({ type }) => type)).toEqual([
        'order.created',
        'order.quoted',
        'order.submitting',
        'order.in_doubt',
      ]);
      expect(await onCall.attemptsOf(order)).toMatchObject([
        { operation: 'placeOrder', number: 1, outcome: 'ambiguous' },
      ]);

      expect(await onCall.taskOf(order)).toMatchObject([{ kind: 'purchase', held_by: null }]);
      await engine.letTimePass(MINUTE);
      const claimed = await engine.claimDue();
      expect(await onCall.taskOf(order)).toMatchObject([{ held_by: expect.stringContaining(`:${process.pid}`) }]);
      expect(await onCall.see('Stuck or overdue tasks', 'FROM processes')).toMatchObject([
        { holds: `${claimed.length}` },
      ]);
      for (const task of claimed) await engine.release(task);
    });

    it('sees pages, what browsers brought back, and callbacks', async () => {
      const order = await onCall.openPage('cnaught');
      const back = engine.sandbox.cnaught.checkouts.cancel(pageOf(order));
      await engine.comeBack(`${back}/brought-back`);
      await engine.announce(order.id, 'spoken-of');
      const of = { order: order.id };
      expect(await onCall.see('Look at one order', 'FROM checkout_sessions', of)).toMatchObject([
        { session_id: expect.any(String), status: 'open', url: order.checkout?.url },
      ]);
      expect(await onCall.claimsOf(order)).toMatchObject([
        { provider_order_id: 'brought-back', source: 'return', verdict: 'claimed' },
        { provider_order_id: 'spoken-of', source: 'callback', verdict: 'claimed' },
      ]);
      expect(await onCall.see('Look at one order', 'FROM callbacks', of)).toMatchObject([
        { encode: expect.stringContaining('spoken-of') },
      ]);
    });

    it('finds an order at each provider', async () => {
      const bought = await onCall.place();
      expect(await onCall.foundAtOneTribe(bought)).toBe(bought.providerOrderId);
      const atCnaught = await engine.place({ provider: 'cnaught', grams: 1_000 });
      const page = await onCall.openPage('cnaught');
      engine.sandbox.cnaught.checkouts.pay(pageOf(page));
      const { shown } = await onCall.askProvider('$CNAUGHT_BASE_URL');
      const [paid, row] = shown as Record<string, unknown>[];
      expect(paid).toMatchObject({ checkout_session_id: expect.any(String) });
      expect(row).toMatchObject({ id: atCnaught.providerOrderId, state: 'placed', amount_kg: 1 });
      expect(JSON.stringify(row?.['metadata'])).toContain(atCnaught.id);
      expect(row?.['created_on']).toBeDefined();
      const payment = onCall.pay(await onCall.openPage('carbonmark'));
      const read = await onCall.askProvider('$CARBONMARK_CHECKOUT_URL', { 'payment id': payment ?? '' });
      expect(read).toMatchObject({ status: 200, shown: expect.objectContaining({ status: 'paid' }) });
    });

    it('finds the orders in doubt, oldest first', async () => {
      const orders = [await onCall.placeInDoubt(LOST_RESPONSE), await onCall.placeInDoubt(NOT_BOUGHT)];
      const ids = (await onCall.see('Orders in doubt', "status = 'in_doubt'")).map(({ id }) => id);
      expect(ids.slice(-2)).toEqual(orders.map(({ id }) => id));
    });

    it('finds in the events what a response, or a look at the order, disagreed about', async () => {
      const sent = await onCall.placeInDoubt({ kind: 'set_field', path: 'quantity', value: 3 });
      expect((await onCall.eventsOf(sent)).slice(-2)).toMatchObject([
        { type: 'order.in_doubt', evidence: { detail: expect.stringContaining('mass') } },
        { type: 'order.review_flagged', evidence: { reason: 'answer_disagrees' } },
      ]);
      const seen = await onCall.place();
      const match = { method: 'GET', path: `/transactions/${seen.providerOrderId}` };
      engine.sandbox.oneTribe.faults.add({ match, fault: { kind: 'set_field', path: 'quantity', value: 3 } });
      await engine.later(HOUR);
      expect((await onCall.eventsOf(seen)).at(-1)).toMatchObject({
        type: 'order.review_flagged',
        evidence: {
          reason: 'answer_disagrees',
          disagreements: [{ field: 'mass', ours: '2000000 g', theirs: '3000000 g' }],
        },
      });
    });

    it('finds tasks that no process takes, and the connections of the gateway', async () => {
      const order = await onCall.place();
      await engine.letTimePass(5 * MINUTE);
      expect(await onCall.see('Stuck or overdue tasks', 'LIMIT 20')).toContainEqual(
        expect.objectContaining({ subject_id: order.id, kind: 'follow', held: null }),
      );
      await engine.runDue();
      expect(await onCall.see('Stuck or overdue tasks', 'pg_stat_activity')).not.toEqual([]);
    });

    it('sees what the statements of an overloaded process wait for', async () => {
      expect(await onCall.see('Overloaded', 'pg_stat_activity')).toEqual([]);
      const holder = await engine.connection();
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE processes IN ACCESS EXCLUSIVE MODE');
      const waiting = engine.app.get(Database).execute(Prisma.sql`DELETE FROM processes WHERE false`);
      let seen: readonly object[] = [];
      while (seen.length === 0) seen = await onCall.see('Overloaded', 'pg_stat_activity');
      expect(seen).toMatchObject([{ wait_event_type: 'Lock', left: 'DELETE FROM processes WHERE false' }]);
      await holder.query('ROLLBACK');
      holder.release();
      await waiting;
    });

    it('finds in the audit what a request did, also where its id is kept as a hash', async () => {
      for (const requestId of ['0c7a-11', 'of-jane']) {
        const by = { by: 'request', requestId, keyId: 'key', operator: null } as const;
        await engine.app.get(AuditRepository).record(refused(by, 'order.cancel', null, 'order_not_found'));
        expect(await onCall.see('Audit', 'FROM audit_log', { request: requestId })).toMatchObject([
          { key_id: 'key', act: 'order.cancel', outcome: 'refused', problem_code: 'order_not_found' },
        ]);
      }
    });

    it('of a single server finds no standby, and nothing that waits for one', async () => {
      expect(await onCall.see('Database takes no writes', 'pg_stat_replication')).toEqual([]);
      expect(await onCall.see('Database takes no writes', 'pg_stat_activity')).toEqual([]);
    });

    it('sees which keys have sealed secrets, which endpoints wait and why requests to them fail', async () => {
      for (const table of ['webhook_endpoints', 'callback_secrets'])
        expect(await onCall.see('Webhook secrets', table)).toEqual([]);
      expect(await onCall.see('Webhooks', 'webhook_endpoints e JOIN')).toEqual([]);
      expect(await onCall.see('Webhooks', 'webhook_attempts a JOIN')).toEqual([]);
    });

    it('finds who holds up the feed', async () => {
      const writer = await engine.connection();
      await writer.query('BEGIN; SELECT pg_current_xact_id()');
      expect(await onCall.see('The feed stands still', 'backend_xid')).toMatchObject([{ pid: expect.any(Number) }]);
      expect(await onCall.see('The feed stands still', 'pg_prepared_xacts')).toEqual([]);
      await writer.query('ROLLBACK');
      writer.release();
    });

    it('lets the feed of a restored backup go on after all that was told', async () => {
      const [before] = await engine.rows('SELECT added FROM feed_origin');
      await onCall.owner.query(onCall.runbook.statement('Restored backup', 'feed_origin'));
      expect(await engine.rows('SELECT added - 1000000000 AS added FROM feed_origin')).toEqual([before]);
    });

    it('of a restored backup finds its moment and what was open in it', async () => {
      const order = await onCall.place();
      expect(await onCall.see('Restored backup', 'order_events')).toMatchObject([{ max: expect.any(Date) }]);
      expect(await onCall.see('Restored backup', 'FROM orders')).toContainEqual(
        expect.objectContaining({ id: order.id, status: 'placed', provider_order_id: order.providerOrderId }),
      );
    });
  });

  it('A makes the next look due now', async () => {
    const order = await onCall.place();
    engine.sandbox.oneTribe.advance(order.providerOrderId ?? '', 'accepted');
    expect(await engine.runDue()).toBe(0);
    expect((await onCall.act('A', order)).error).toBeNull();
    await engine.runDue();
    expect((await engine.order(order.id)).status).toBe('accepted');
  });

  describe('B', () => {
    /** Lets the provider go on to the end, and the worker after it. */
    const complete = async (order: Order, found: string): Promise<void> => {
      await engine.runDue();
      expect(await engine.order(order.id)).toMatchObject({
        status: 'placed',
        providerOrderId: found,
        review: null,
      });
      engine.sandbox.oneTribe.advance(found, 'completed');
      await engine.later(HOUR);
      expect((await engine.order(order.id)).status).toBe('completed');
      expect(onCall.purchasesOf(order)).toBe(1);
    };

    it('adopts the purchase of an order in doubt, and nothing is bought again', async () => {
      const order = await onCall.placeInDoubt(LOST_RESPONSE);
      const found = await onCall.foundAtOneTribe(order);
      expect(await onCall.act('B', order, { found })).toMatchObject({ error: null, command: 'COMMIT' });
      expect(await onCall.attemptsOf(order)).toMatchObject([{ outcome: 'accepted' }]);
      expect((await onCall.eventsOf(order)).at(-1)).toMatchObject({
        type: 'order.placed',
        from_status: 'in_doubt',
        source: 'operator',
        evidence: { by: BY_HAND.who, why: BY_HAND.why, provider_order_id: found },
      });
      await complete(order, found);
    });

    it('takes over the price where the provider tells it', async () => {
      const match = { method: 'POST', path: '/orders' };
      engine.sandbox.cnaught.faults.add({ match, fault: LOST_RESPONSE });
      const order = await engine.place({ provider: 'cnaught', grams: 1_000 });
      expect(order).toMatchObject({ status: 'in_doubt', price: null });
      const { shown } = await onCall.askProvider('$CNAUGHT_BASE_URL');
      const rows = shown as { id: string; metadata: unknown }[];
      const found = rows.find(({ metadata }) => JSON.stringify(metadata).includes(order.id))?.id ?? 'not found';
      expect((await onCall.act('B', order, { found })).command).toBe('COMMIT');
      await engine.later(HOUR);
      expect(await engine.order(order.id)).toMatchObject({ status: 'placed', price: { source: 'charged' } });
      expect(onCall.purchasesOf(order)).toBe(1);
    });

    it('adopts that of an order whose worker died over it', async () => {
      const { id } = await engine.dyingBeforeTheOutcome(() => onCall.place());
      const order = await engine.order(id);
      expect(order.status).toBe('submitting');
      const found = await onCall.foundAtOneTribe(order);
      expect((await onCall.act('B', order, { found })).command).toBe('COMMIT');
      await complete(order, found);
    });

    it('adopts that of an order which a restored backup knows as not sent', async () => {
      const sent = await onCall.place();
      const [body = ''] = await engine.sentBodies(sent.id);
      await onCall.see('Provider outage or pause', 'INSERT', { provider: 'one_tribe', class: 'purchases' });
      const order = await onCall.place({ waitIfPaused: true });
      expect(order.status).toBe('created');
      const { baseUrl, apiKey } = engine.sandbox.oneTribe;
      const headers = { authorisation: `API-Key ${apiKey}`, 'content-type': 'application/json' };
      await fetch(`${baseUrl}/transactions`, { method: 'POST', headers, body: body.replaceAll(sent.id, order.id) });
      const found = await onCall.foundAtOneTribe(order);
      expect((await onCall.act('B', order, { found })).command).toBe('COMMIT');
      await complete(order, found);
    });

    it('of what is not this order’s is not believed: a person is told', async () => {
      const order = await onCall.placeInDoubt(NOT_BOUGHT);
      engine.sandbox.oneTribe.insertForeignRow();
      const { shown } = await onCall.askProvider('$ONE_TRIBE_BASE_URL');
      const [foreign] = shown as { id: string; reference: unknown }[];
      expect((await onCall.act('B', order, { found: foreign?.id ?? '' })).command).toBe('COMMIT');
      await engine.runDue();
      expect(await engine.order(order.id)).toMatchObject({ status: 'placed', review: { reason: 'answer_disagrees' } });
    });

    it('of what the provider does not have is told to a person', async () => {
      const order = await onCall.placeInDoubt(NOT_BOUGHT);
      expect((await onCall.act('B', order, { found: 'tx-mistyped' })).command).toBe('COMMIT');
      await engine.runDue();
      expect((await engine.order(order.id)).review?.reason).toBe('vanished');
    });

    it('of what another order has is refused', async () => {
      const other = await onCall.place();
      const order = await onCall.placeInDoubt(NOT_BOUGHT);
      const refused = await onCall.act('B', order, { found: other.providerOrderId ?? '' });
      expect(refused).toMatchObject({ error: expect.stringContaining('duplicate key'), command: 'ROLLBACK' });
      expect((await engine.order(order.id)).status).toBe('in_doubt');
    });
  });

  describe('C', () => {
    it('ends an order in doubt as not bought', async () => {
      const order = await onCall.placeInDoubt(NOT_BOUGHT);
      expect(await onCall.act('C', order)).toMatchObject({ error: null, command: 'COMMIT' });
      expect(await engine.order(order.id)).toMatchObject({
        status: 'failed',
        statusReason: 'not_bought',
        review: null,
      });
      expect((await engine.order(order.id)).spending?.usd.toNumber()).toBe(0);
      expect(await onCall.attemptsOf(order)).toMatchObject([{ outcome: 'proven_absent' }]);
      expect(await onCall.taskOf(order)).toEqual([]);
      expect((await onCall.eventsOf(order)).at(-1)).toMatchObject({
        type: 'order.failed',
        source: 'operator',
        evidence: { by: BY_HAND.who, why: BY_HAND.why },
      });
      await engine.later(DAY);
      expect(onCall.purchasesOf(order)).toBe(0);
    });

    it('is refused by the database where it leaves a send unknown', async () => {
      const order = await onCall.placeInDoubt(NOT_BOUGHT);
      const withoutProof = onCall.runbook.act('C').filter(({ text }) => !text.startsWith('UPDATE attempts'));
      const refused = await onCall.psql.run(withoutProof, { order: order.id, ...BY_HAND });
      expect(refused).toMatchObject({ error: expect.stringContaining('unknown outcome'), command: 'ROLLBACK' });
      expect((await engine.order(order.id)).status).toBe('in_doubt');
    });
  });

  describe('D', () => {
    it('closes a page that was not paid', async () => {
      const order = await onCall.openPage('carbonmark');
      await engine.later(2 * DAY);
      expect(await onCall.act('D', order)).toMatchObject({ error: null, command: 'COMMIT' });
      expect(await engine.order(order.id)).toMatchObject({
        status: 'expired',
        review: null,
        checkout: { status: 'expired' },
      });
      expect(await onCall.taskOf(order)).toEqual([]);
      expect((await onCall.eventsOf(order)).at(-1)).toMatchObject({ type: 'order.expired', source: 'operator' });
    });

    it('refuses one that can still be paid', async () => {
      const order = await onCall.openPage('carbonmark');
      expect(await onCall.act('D', order)).toMatchObject({ error: 'division by zero', command: 'ROLLBACK' });
      expect(await engine.order(order.id)).toEqual(order);
    });
  });

  describe('E', () => {
    it('ends an order that the provider does not have any more as cancelled', async () => {
      const order = await onCall.place();
      engine.sandbox.oneTribe.vanish(order.providerOrderId ?? '');
      await engine.later(DAY);
      expect((await engine.order(order.id)).review?.reason).toBe('vanished');
      expect(await onCall.act('E', order)).toMatchObject({ error: null, command: 'COMMIT' });
      expect(await engine.order(order.id)).toMatchObject({
        status: 'cancelled',
        statusReason: 'vanished',
        review: null,
      });
      expect(await onCall.taskOf(order)).toEqual([]);
      expect((await onCall.eventsOf(order)).at(-1)).toMatchObject({ type: 'order.cancelled', source: 'operator' });
    });
  });

  it.each(['B', 'C', 'D', 'E'])(
    '%s on an order that is not in a status for it says so and changes nothing',
    async (letter) => {
      const placed = await onCall.place();
      const before = [await onCall.eventsOf(placed), await onCall.attemptsOf(placed), await engine.order(placed.id)];
      const refused = await onCall.act(letter, placed, { found: 'tx-another' });
      expect(refused).toMatchObject({ error: 'division by zero', command: 'ROLLBACK' });
      expect(onCall.runbook.section('What you can do to an order')).toContain(`\`${refused.error}\``);
      expect([await onCall.eventsOf(placed), await onCall.attemptsOf(placed), await engine.order(placed.id)]).toEqual(
        before,
      );
    },
  );

  describe('a payment that the browser did not bring back', () => {
    const handIn = async (order: Order, payment: string): Promise<void> => {
      const statements = onCall.runbook.statements.filter(({ section }) => section === 'payment_unconfirmed');
      const done = await onCall.psql.run(statements, { order: order.id, payment });
      expect(done.error).toBeNull();
      await engine.later(MINUTE);
    };

    it('is adopted when it is handed in', async () => {
      const order = await onCall.openPage('carbonmark');
      const payment = onCall.pay(order);
      await engine.later(2 * DAY);
      expect((await engine.order(order.id)).review?.reason).toBe('payment_unconfirmed');
      await handIn(order, payment);
      expect(await engine.order(order.id)).toMatchObject({ status: 'placed', providerOrderId: payment, review: null });
      expect(await onCall.claimsOf(order)).toMatchObject([{ provider_order_id: payment, verdict: 'confirmed' }]);
    });

    it('is disputed when an equal order has it, and settled when a second one is handed in', async () => {
      const [order, other] = [await onCall.openPage('carbonmark'), await onCall.openPage('carbonmark')];
      const payment = onCall.pay(other);
      await handIn(other, payment);
      await handIn(order, payment);
      expect(await onCall.claimsOf(order)).toMatchObject([{ provider_order_id: payment, verdict: 'disputed' }]);
      expect((await engine.order(order.id)).status).toBe('awaiting_payment');
      const claims = await onCall.see('payment_disputed', 'FROM purchase_claims', { payment });
      expect(new Set(claims.map(({ order_id: id }) => id))).toEqual(new Set([order.id, other.id]));
      const second = onCall.pay(order);
      await handIn(order, second);
      const owners = await onCall.see('paid_twice', 'FROM orders', { payment: second });
      expect(owners).toEqual([{ id: order.id }]);
      expect(await engine.order(order.id)).toMatchObject({ status: 'placed', review: { reason: 'payment_disputed' } });
    });
  });

  describe('a provider', () => {
    const pause = (operationClass: string) =>
      onCall.see('Provider outage or pause', 'INSERT', { provider: 'cnaught', class: operationClass });
    const resume = async (): Promise<void> => {
      for (const words of ['UPDATE provider_health', 'UPDATE tasks'])
        await onCall.see('Provider outage or pause', words, { provider: 'cnaught' });
    };
    const shown = async (operationClass: string) =>
      (await onCall.see('Provider outage or pause', 'SELECT')).find(
        (row) => row['provider'] === 'cnaught' && row['operation_class'] === operationClass,
      );
    const listed = async () => (await engine.listProviders()).find(({ provider }) => provider.id === 'cnaught');
    const order = (waitIfPaused = false) => engine.place({ provider: 'cnaught', grams: 1_000, waitIfPaused });

    it('that is paused buys nothing until it is resumed', async () => {
      await pause('purchases');
      expect(await shown('purchases')).toMatchObject({
        pause_reason: 'unavailable',
        asked_again_in: expect.anything(),
      });
      expect((await listed())?.pause?.reason).toBe('unavailable');
      await expect(order()).rejects.toMatchObject({ code: 'provider_paused' });
      const waiting = await order(true);
      await engine.later(HOUR);
      expect((await engine.order(waiting.id)).status).toBe('created');

      await resume();
      expect(await shown('purchases')).toMatchObject({ failures: 0, pause_reason: null });
      await engine.runDue();
      expect((await engine.order(waiting.id)).status).toBe('placed');
      expect((await order()).status).toBe('placed');
    });

    it.each(['status', 'catalog'] as const)(
      'whose %s reads are paused is not read until it is resumed',
      async (what) => {
        const call = { signal: AbortSignal.timeout(20_000), correlationId: 'test', account: null };
        const provider = engine.provider('cnaught');
        const read = (): Promise<unknown> =>
          what === 'status' ? provider.fetchStatus('order-1', call) : provider.offerings(call);
        await pause(what);
        expect(await shown(what)).toMatchObject({ pause_reason: 'unavailable' });
        await expect(read()).rejects.toMatchObject({ failure: 'not_sent', reason: 'unavailable' });
        await resume();
        await read();
      },
    );

    it('that said 429 is asked at full pace again once the lowered one is forgotten', async () => {
      const cnaughtFaults = engine.sandbox.cnaught.faults;
      cnaughtFaults.add({ match: { method: 'POST', path: '/orders' }, fault: { kind: 'rate_limited' } });
      await order();
      const buckets = async () =>
        (await onCall.see('429', 'FROM quota_buckets')).filter(({ provider }) => provider === 'cnaught');
      expect((await buckets()).some(({ pace }) => Number(pace) < 1)).toBe(true);
      await onCall.see('429', 'UPDATE', { provider: 'cnaught' });
      expect((await buckets()).every((row) => row['pace'] === 1 && row['blocked_until'] === null)).toBe(true);
    });
  });

  it('who waits for calls of a short quota is seen', async () => {
    const call = { signal: AbortSignal.timeout(20_000), correlationId: 'test', account: null };
    const read = () => engine.provider('cnaught').fetchStatus('order-1', { ...call, tenantId: engine.tenantId });
    await read();
    await engine.leaveQuota('cnaught', 0, 0.02);
    const waiting = read();
    let seen: readonly object[] = [];
    while (seen.length === 0) seen = await onCall.see('429', 'FROM quota_turns');
    expect(seen).toMatchObject([{ provider: 'cnaught', lane: 0.2, tenant_id: engine.tenantId }]);
    await waiting;
    expect(await onCall.see('429', 'FROM quota_turns')).toEqual([]);
  });

  it('the orders that a month was spent on are seen by key', async () => {
    const order = await engine.place({ provider: 'cnaught', grams: 100_000, keyId: 'key_of_the_shop' });
    const values = { tenant: order.tenantId };
    expect(await onCall.see('Limits', 'SELECT api_key_id', values)).toContainEqual(
      expect.objectContaining({ api_key_id: 'key_of_the_shop', status: 'placed', count: '1', usd: '2.000000' }),
    );
  });

  const newOwnKey = (): Promise<string> => newKey(engine.app, engine.tenantId, ['orders:read']);

  it('a key is revoked without the command line', async () => {
    const [leaked, good] = [await newOwnKey(), await newOwnKey()];
    // The runbook says where in a key its id is.
    await onCall.see('Keys', 'UPDATE', { key: leaked.split('_')[2] ?? '' });
    const callerOf = (key: string) => engine.app.get(Authenticate).run(`Bearer ${key}`);
    expect(await callerOf(leaked)).toBeNull();
    expect(await callerOf(good)).not.toBeNull();
  });

  it('erasures are seen, and pruning is brought on', async () => {
    const { id, providerOrderId } = await engine.place({ provider: 'cnaught', grams: 100_000 });
    engine.sandbox.cnaught.advance(providerOrderId ?? '', 'fulfilled');
    await engine.refresh(id);
    const settings = { chosenBy: 'order', names: [], duplicateWindowMs: 0 } as const;
    const erasure = { operator: BY_HAND.who, reason: BY_HAND.why, ...settings };
    await engine.app.get(ErasuresRepository).erase([id], erasure);
    expect(await onCall.see('Personal data', 'FROM erasures')).toMatchObject([
      { operator: BY_HAND.who, reason: BY_HAND.why, chosen_by: 'order', order_ids: [id] },
    ]);
    await engine.app.get(TasksRepository).keepRecurring(['prune']);
    for (const task of await engine.claimDue()) await engine.runTask(task);
    expect((await engine.claimDue()).map(({ kind }) => kind)).not.toContain('prune');
    await onCall.see('Personal data', 'UPDATE');
    expect((await engine.claimDue()).map(({ kind }) => kind)).toContain('prune');
  });

  it('a database that was first started for development by mistake becomes a live one', async () => {
    await markEnvironment(engine.database.url, 'development');
    await expect(refuseOtherEnvironment(engine.database.url, 'live')).rejects.toThrow('DATABASE_URL');
    await onCall.owner.query(onCall.runbook.statement('Another account', 'UPDATE'));
    await refuseOtherEnvironment(engine.database.url, 'live');
  });

  it('a migration that failed is found, and tried again once its cause is mended', async () => {
    const database = await createTestDatabase();
    const dba = await Psql.open(database.url);
    const migrationsDir = await mkdtemp(join(tmpdir(), 'migrations-'));
    const write = (sql: string): Promise<void> => writeFile(join(migrationsDir, '9_next', 'migration.sql'), sql);
    try {
      await cp(MIGRATIONS_DIR, migrationsDir, { recursive: true });
      await mkdir(join(migrationsDir, '9_next'));
      await write('CREATE TABLE half (id int); SELECT 1 / 0;');
      await expect(applyMigrations(database.url, migrationsDir)).rejects.toThrow();
      const failed = () => dba.query(onCall.runbook.statement('Deploy, roll back, migrate', 'SELECT'));
      expect(await failed()).toMatchObject([{ migration_name: '9_next', left: expect.stringContaining('division') }]);
      await write('CREATE TABLE half (id int);');
      await expect(applyMigrations(database.url, migrationsDir)).rejects.toThrow();
      // The previous release starts all the same.
      expect(await applyMigrations(database.url)).toEqual([]);

      await dba.query(onCall.runbook.statement('Deploy, roll back, migrate', 'UPDATE'));
      expect(await failed()).toEqual([]);
      expect(await applyMigrations(database.url, migrationsDir)).toEqual(['9_next']);
    } finally {
      for (const statement of dba.proven) onCall.owner.proven.add(statement);
      await dba.close();
      await database.drop();
      await rm(migrationsDir, { recursive: true });
    }
  });

  it('the two roles are made on a server whose owner may make none, and a gateway runs as the second', async () => {
    const server = await startEmbeddedPostgres({ dataDir: postgresDir('two-roles'), durable: false });
    const admin = await Psql.open(server.url);
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const roles = onCall.runbook.statements.filter(({ section }) => section === 'Two roles');
    try {
      await client.query(`
        DROP ROLE gateway_service, gateway_app; CREATE ROLE managed LOGIN PASSWORD 'managed';
        ALTER DATABASE offset_gateway OWNER TO managed`);
      const owner = Object.assign(new URL(server.url), { username: 'managed', password: 'managed' }).href;

      expect((await bringUpToDate(owner)).problem).toContain('CREATE ROLE gateway_app NOLOGIN as an administrator');
      const { app } = await launchGateway(engine, { settings: { databaseUrl: owner } });
      await app.close();

      const { error } = await admin.run(roles, { password: new URL(server.applicationUrl).password });
      expect(error).toBeNull();
      for (const statement of admin.proven) onCall.owner.proven.add(statement);
      expect(await bringUpToDate(owner)).toEqual({ applied: [], problem: null });
      const second = await launchGateway(engine, { settings: { databaseUrl: server.applicationUrl } });
      expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
      await second.app.close();
    } finally {
      await Promise.all([admin.close(), client.end()]);
      await server.stop('immediate');
    }
  });

  it('every statement has been run by one of the above', () => {
    const unproven = onCall.runbook.statements.filter((statement) => !onCall.proven.has(statement));
    expect(unproven.map(({ section, text }) => `${section}: ${text}`)).toEqual([]);
  });
});
