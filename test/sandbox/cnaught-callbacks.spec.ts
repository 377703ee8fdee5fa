import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jsonOf } from './http-client.js';
import { cnaughtClient, useSandbox } from './sandbox-clients.js';

interface Received {
  readonly path: string;
  readonly body: unknown;
}

describe('simulated CNaught callbacks', () => {
  const sandbox = useSandbox({ cnaught: { callbackRetryMs: 5 } });
  const cnaught = cnaughtClient(sandbox);
  let receiver: Server;
  let received: Received[];
  /** Statuses to respond with, in turn; the last one stays. */
  let statuses: number[];

  beforeEach(async () => {
    received = [];
    statuses = [200];
    receiver = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        received.push({ path: request.url ?? '', body: JSON.parse(text) });
        response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  const url = (path: string): string => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;

  const order = async (callbackUrl: string): Promise<string> => {
    const body = { amount_kg: 10, metadata: 'ref-1', notification_config: { url: callbackUrl } };
    return String(jsonOf(await cnaught('POST', '/orders', { body }))['id']);
  };

  const outcomes = async (count: number): Promise<string[]> => {
    const { ledger, callbacks } = sandbox.current.cnaught;
    const isSettled = (): boolean =>
      ledger.entries().filter((entry) => /^callback_(sent|refused)$/.test(entry.kind)).length >= count;
    await ledger.waitFor(isSettled);
    return callbacks.list().map((callback) => callback.state);
  };

  it.each([
    ['fulfilled', 1],
    ['cancelled', 0],
  ])('announce that an order is %s, in the words of callbacks', async (state, certificates) => {
    const id = await order(url('/cb'));
    sandbox.current.cnaught.advance(id, state);
    const pdfUrl = `https://registry.cnaught.com/api/certificates/${id}/pdf`;
    expect(await outcomes(1)).toEqual(['delivered']);
    expect(received).toEqual([
      {
        path: '/cb',
        body: {
          order: {
            id,
            state,
            placed_on: expect.stringMatching(/Z$/),
            amount_kg: 10,
            price_usd_cents: 20,
            subaccount_id: null,
            certificate_download_public_url: certificates === 1 ? pdfUrl : null,
          },
        },
      },
    ]);
  });

  it('are repeated until the response is exactly 200', async () => {
    statuses = [500, 204, 202, 302, 200];
    sandbox.current.cnaught.advance(await order(url('/cb')), 'fulfilled');
    expect(await outcomes(5)).toEqual(['delivered']);
    expect(sandbox.current.cnaught.callbacks.list()[0]?.attempts).toEqual([500, 204, 202, 302, 200]);
    expect(received).toHaveLength(5);
  });

  it('are given up after 24 h', async () => {
    statuses = [500];
    const simulator = sandbox.current.cnaught;
    simulator.advance(await order(url('/cb')), 'fulfilled');
    await outcomes(1);
    simulator.advanceClock(24 * 60 * 60 * 1000);
    const isGivenUp = (): boolean => simulator.callbacks.list()[0]?.state === 'given_up';
    await simulator.ledger.waitFor(isGivenUp);
    expect(simulator.callbacks.list()[0]?.attempts.at(-1)).toBe(500);
  });

  it('never dial anything but this machine', async () => {
    sandbox.current.cnaught.advance(await order('https://app.example/cb'), 'fulfilled');
    expect(await outcomes(1)).toEqual(['refused']);
    expect(sandbox.current.cnaught.ledger.ofKind('callback_refused')).toHaveLength(1);
    await expect(sandbox.current.cnaught.callbacks.forge('http://app.example/', '{}')).rejects.toThrow('loopback');
  });

  it('can be held, and then sent in another order and twice', async () => {
    const { cnaught: simulator } = sandbox.current;
    simulator.switches.set({ holdCallbacks: true });
    for (const path of ['/first', '/second']) simulator.advance(await order(url(path)), 'fulfilled');
    const [first, second] = simulator.callbacks.list().map((callback) => callback.id);
    for (const id of [second, first, first]) expect(await simulator.callbacks.send(String(id))).toBe(200);
    expect(received.map(({ path }) => path)).toEqual(['/second', '/first', '/first']);
  });

  it('go out by themselves once they are no longer held', async () => {
    const { cnaught: simulator } = sandbox.current;
    simulator.switches.set({ holdCallbacks: true });
    simulator.advance(await order(url('/cb')), 'fulfilled');
    simulator.switches.set({ holdCallbacks: false });
    expect(await outcomes(1)).toEqual(['delivered']);
  });

  it('can be forged', async () => {
    const body = { order: { id: 'invented', state: 'fulfilled' } };
    expect(await sandbox.current.cnaught.callbacks.forge(url('/forged'), JSON.stringify(body))).toBe(200);
    expect(received).toEqual([{ path: '/forged', body }]);
  });
});
