import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { Database } from '../../src/persistence/database/database.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

describe('a gateway with more requests than connections', () => {
  const CONNECTIONS = 2;
  const QUEUE = 4;
  let gateway: ServedGateway;
  const lines: string[] = [];
  beforeAll(async () => {
    const logger = createLogger('warn', { write: (line: string) => void lines.push(line) });
    gateway = await ServedGateway.start({ databasePoolSize: CONNECTIONS, databaseQueueLimit: QUEUE }, { logger });
    await gateway.order(SMALL_ORDER).expect(201);
  });
  afterAll(() => gateway.stop());

  const waiting = (): number => gateway.app.get(Database).pool.waitingCount;
  const place = () => gateway.order(SMALL_ORDER).set('prefer', 'respond-async');

  /** Every new order stands still in the database meanwhile. */
  const whileAcceptingStands = async (act: () => Promise<unknown>): Promise<void> => {
    const holder: pg.PoolClient = await gateway.connection();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE idempotency_records IN ACCESS EXCLUSIVE MODE');
    try {
      await act();
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  };

  it('says so at once, with the numbers and when to come back, and the log names the cause', async () => {
    const held: Promise<{ status: number }>[] = [];
    await whileAcceptingStands(async () => {
      for (let orders = 0; orders < CONNECTIONS + QUEUE; orders++) held.push(place().then((response) => response));
      while (waiting() < QUEUE) await gateway.rows('SELECT');
      const key = randomUUID();
      for (const request of [
        () => gateway.order(SMALL_ORDER, key),
        () => gateway.get('/v1/orders'),
        () => gateway.post('/v1/quotes').send({ mass: SMALL_ORDER.mass }),
      ]) {
        const { status, headers, body } = (await request()) as { status: number; headers: object; body: object };
        expect([status, body]).toMatchObject([
          503,
          { code: 'overloaded', retry: { safe: true, same_key: true, after_seconds: 2 } },
        ]);
        expect(body).toMatchObject({
          // The process has statements of its own, which may wait as well.
          detail: expect.stringMatching(new RegExp(`^\\d+ statements wait for the ${CONNECTIONS} connections`)),
        });
        expect(headers).toMatchObject({ 'retry-after': '2' });
      }
    });
    // What was let in is served.
    for (const { status } of await Promise.all(held)) expect(status).toBe(202);
    await gateway.order(SMALL_ORDER).expect(201);
    const reports = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(reports).toContainEqual(
      expect.objectContaining({ context: 'admission', waiting: QUEUE, connections: CONNECTIONS, limit: QUEUE }),
    );
    expect((await gateway.anonymous.get('/metrics')).text).toMatch(/^gateway_requests_refused_total 3$/m);
  });

  it('lets in what a provider or a payer brings', async () => {
    const held: Promise<unknown>[] = [];
    const brought: Promise<{ status: number }>[] = [];
    await whileAcceptingStands(async () => {
      for (let orders = 0; orders < CONNECTIONS + QUEUE; orders++) held.push(place().then((response) => response));
      while (waiting() < QUEUE) await gateway.rows('SELECT');
      brought.push(
        gateway.anonymous.post(`/v1/provider-callbacks/cnaught/${'a'.repeat(43)}`).then((response) => response),
        gateway.anonymous.get(`/v1/returns/${'a'.repeat(43)}/pay_1`).then((response) => response),
      );
      while (waiting() < QUEUE + brought.length) await gateway.rows('SELECT');
    });
    for (const { status } of await Promise.all(brought)) expect(status).toBe(404);
    await Promise.all(held);
  });

  it('serves a crowd as long as the queue moves, however long the last one waits', async () => {
    await gateway.rows(`
      CREATE FUNCTION slow_down() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_sleep(0.9); RETURN NEW; END $$`);
    await gateway.rows('CREATE TRIGGER slow BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION slow_down()');
    // The last of them gets its connection after 1.8 s, which is longer than the pool waits.
    const crowd = await Promise.all(Array.from({ length: CONNECTIONS + QUEUE }, () => place()));
    expect(crowd.map(({ status }) => status)).toEqual(crowd.map(() => 202));
    await gateway.rows('DROP TRIGGER slow ON orders');
  });

  it('that is stuck says that it is overloaded, not that the database is gone', async () => {
    await whileAcceptingStands(async () => {
      const held = [place(), place()].map((request) => request.then((response) => response));
      while (waiting() > 0 || gateway.app.get(Database).pool.idleCount > 0) await gateway.rows('SELECT');
      const { body } = (await gateway.get('/v1/orders').expect(503)) as { body: object };
      expect(body).toMatchObject({ code: 'overloaded' });
      void Promise.all(held);
    });
    expect(lines.join('\n')).toContain('all 2 connections stayed in use (DATABASE_POOL_SIZE)');
  });
});
