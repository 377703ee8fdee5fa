import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { refused } from '../../../src/domain/audit/act.js';
import { AuditRepository } from '../../../src/persistence/audit/audit.repository.js';
import { Database } from '../../../src/persistence/database/database.js';
import { Prisma } from '../../../src/persistence/generated/client.js';
import { pageOf } from '../on-call.js';
import type { OnCall } from '../on-call.js';
import type { TestEngine } from '../../support/engine.js';
import type { Fault } from '../../../dev/sandbox/index.js';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const LOST_RESPONSE: Fault = { kind: 'reset', when: 'after_effect' };
const NOT_BOUGHT: Fault = { kind: 'error', status: 500, effect: false };

/** What a person on call can see, and where. */
export const looksAround = (on: () => OnCall): void => {
  let onCall: OnCall;
  let engine: TestEngine;
  beforeAll(() => {
    onCall = on();
    ({ engine } = onCall);
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
      expect(await onCall.see('Stuck or overdue tasks', 'pg_stat_activity')).toContainEqual(
        expect.objectContaining({ application_name: 'offset-gateway' }),
      );
    });

    it('sees no session of another database of the server', async () => {
      const elsewhere = Object.assign(new URL(engine.database.applicationUrl), { pathname: '/postgres' }).href;
      const other = new pg.Client({ connectionString: elsewhere, application_name: 'offset-gateway' });
      await other.connect();
      await other.query('BEGIN');
      const { rows } = await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const seen = [
        await onCall.see('Stuck or overdue tasks', 'pg_stat_activity'),
        await onCall.see('Overloaded', 'pg_stat_activity'),
      ];
      await other.end();
      expect(seen.map((sessions) => sessions.some(({ pid }) => pid === rows[0]?.pid))).toEqual([false, false]);
    });

    it('sees what the statements of an overloaded process wait for', async () => {
      const statement = 'DELETE FROM processes WHERE false';
      const itsSession = async () =>
        (await onCall.see('Overloaded', 'pg_stat_activity')).find(({ left }) => left === statement);
      const holder = await engine.connection();
      let waiting: Promise<unknown> = Promise.resolve();
      try {
        await holder.query('BEGIN');
        await holder.query('LOCK TABLE processes IN ACCESS EXCLUSIVE MODE');
        waiting = engine.app.get(Database).execute(Prisma.raw(statement));
        while ((await itsSession())?.['wait_event_type'] !== 'Lock');
      } finally {
        await holder.query('ROLLBACK');
        holder.release();
      }
      await waiting;
      expect(await itsSession()).toBeUndefined();
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
};
