import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { createLogger } from '../../src/telemetry/logger.js';
import { RawConnection, rawOrder } from './raw-connection.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

type Line = Readonly<Record<string, unknown>>;

/** The lines of a gateway as they come, and those that came before. */
class LogLines {
  private readonly lines: Line[] = [];
  private readonly arrivals = new EventEmitter();

  readonly logger = createLogger('debug', {
    write: (text) => {
      this.lines.push(JSON.parse(text) as Line);
      this.arrivals.emit('line');
    },
  });

  /** The line of the request with this id. */
  async of(requestId: string): Promise<Line> {
    for (;;) {
      const line = this.all(requestId).find(({ msg }) => msg === 'request');
      if (line) return line;
      await once(this.arrivals, 'line');
    }
  }

  all(requestId: string): Line[] {
    return this.lines.filter(({ request_id }) => request_id === requestId);
  }
}

describe('the log line of a request', () => {
  let gateway: ServedGateway;
  let log: LogLines;
  beforeAll(async () => {
    log = new LogLines();
    gateway = await ServedGateway.start({}, { logger: log.logger });
  });
  afterAll(() => gateway.stop());

  const place = (body: object, key: string, requestId: string) =>
    gateway.order(body, key).set('x-request-id', requestId);

  it('ties the request to its order and its key, whichever way the order was named', async () => {
    const key = randomUUID();
    const { body } = await place(SMALL_ORDER, key, 'placed');
    await place(SMALL_ORDER, key, 'placed-again');
    await gateway.get(`/v1/orders/${body.id}`).set('x-request-id', 'read');
    await gateway.get(`/v1/orders/by-idempotency-key/${key}`).set('x-request-id', 'by-key');
    await gateway.post(`/v1/orders/${body.id}/cancel`).set({ 'x-request-id': 'cancelled', 'idempotency-key': key });
    for (const request of ['placed', 'placed-again', 'read', 'by-key', 'cancelled']) {
      const line = await log.of(request);
      expect(line).toMatchObject({ level: 'info', order_id: body.id, key_id: gateway.key.split('_')[2] });
      expect(line).not.toHaveProperty('problem');
      expect(JSON.stringify(line)).not.toContain(gateway.key.split('_')[3]);
    }
  });

  it('names the problem, and the order that came of the request all the same', async () => {
    const beneficiary = { name: randomUUID() };
    const dear = { ...SMALL_ORDER, beneficiary, max_total: { amount: '0.01', currency: 'USD' } };
    const key = randomUUID();
    const { body } = await place(dear, key, 'dear');
    await place(dear, key, 'dear-again');
    for (const request of ['dear', 'dear-again'])
      expect(await log.of(request)).toMatchObject({
        status: 422,
        problem: 'price_above_limit',
        order_id: body.order_id,
      });

    await place({}, key, 'malformed');
    expect(await log.of('malformed')).toMatchObject({ status: 400, problem: 'invalid_request' });
    await gateway.anonymous.get('/v1/orders').set('x-request-id', 'stranger');
    expect(await log.of('stranger')).toMatchObject({ status: 401, problem: 'unauthenticated' });
    await gateway.anonymous.delete('/v1/orders').set('x-request-id', 'wrong-method');
    expect(await log.of('wrong-method')).toMatchObject({ status: 405, problem: 'method_not_allowed' });
  });

  it.each([
    ['a length', 'Content-Length: 100\r\n\r\n{"mass":'],
    ['chunks', 'Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n'],
  ])('says that a client hung up in its body, and is no error of ours, with %s', async (kind, rest) => {
    const id = `hung-up-${kind.replace(' ', '-')}`;
    const connection = await RawConnection.to(gateway);
    const head = `POST /v1/orders HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\nContent-Type: application/json\r\n`;
    const arrived = new Promise((resolve) => gateway.app.getHttpServer().once('request', resolve));
    connection.send(head + rest);
    await arrived;
    await connection.hangUp();
    expect(await log.of(id)).toMatchObject({ level: 'debug', status: 499, route: '/v1/orders' });
    expect(log.all(id).map(({ level }) => level)).toEqual(['debug']);
  });

  it('says that a client hung up before its response, and how long it had waited', async () => {
    const { faults } = gateway.sandbox.cnaught;
    const slow = { kind: 'delay', when: 'before_effect', ms: 500 } as const;
    faults.add({ match: { method: 'POST', path: '/orders' }, times: 2, fault: slow });
    const connection = await RawConnection.to(gateway);
    connection.send(rawOrder(gateway, 'X-Request-Id: impatient'));
    while (faults.list()[0]?.used !== 1) await setImmediate();
    await connection.hangUp();
    expect(await log.of('impatient')).toMatchObject({
      level: 'debug',
      status: 499,
      route: '/v1/orders',
      key_id: gateway.key.split('_')[2],
    });
    expect(log.all('impatient').filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);

    await place({ ...SMALL_ORDER, beneficiary: { name: randomUUID() } }, randomUUID(), 'patient');
    const { latency_ms: latencyMs } = await log.of('patient');
    expect(latencyMs).toBeGreaterThanOrEqual(500);
    const { text } = await gateway.anonymous.get('/metrics');
    const seconds = /^gateway_http_request_seconds_sum\{method="POST",route="\/v1\/orders"\} (.*)$/m.exec(text)?.[1];
    expect(Number(seconds)).toBeGreaterThanOrEqual(0.5);
    expect(text).toMatch(/^gateway_http_requests_total\{method="POST",route="\/v1\/orders",status="499"\} 3$/m);
  });
});
