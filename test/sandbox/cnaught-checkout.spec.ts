import { jsonOf, send, type Reply } from './http-client.js';
import { cnaughtClient, useSandbox } from './sandbox-clients.js';

const SESSION = {
  amount_kg: 100,
  success_url: 'https://app.example/return/ref-1?session_id={CHECKOUT_SESSION_ID}',
  cancel_url: 'https://app.example/cancelled',
  description: 'on behalf of A',
  notification_config: { url: 'https://app.example/callback' },
};

const DAY_MS = 24 * 60 * 60 * 1000;

interface Session {
  readonly id: string;
  readonly checkout_url: string;
  readonly state: string;
}

describe('simulated CNaught checkout sessions', () => {
  const sandbox = useSandbox();
  const cnaught = cnaughtClient(sandbox);
  const open = (change: object = {}): Promise<Reply> =>
    cnaught('POST', '/checkout/sessions', { body: { ...SESSION, ...change } });
  const openId = async (): Promise<string> => jsonOf<Session>(await open()).id;
  const stateOf = async (id: string): Promise<string> =>
    jsonOf<Session>(await cnaught('GET', `/checkout/sessions/${id}`)).state;
  const orders = async (): Promise<Record<string, unknown>[]> =>
    jsonOf<{ data: Record<string, unknown>[] }>(await cnaught('GET', '/orders')).data;

  it('are created with every documented field and a location, template left in place', async () => {
    const reply = await open();
    const { cnaught: simulator } = sandbox.current;
    const session = jsonOf<Session>(reply);
    expect([reply.status, reply.headers.location]).toEqual([
      201,
      `${simulator.baseUrl}/checkout/sessions/${session.id}`,
    ]);
    expect(session).toEqual({
      id: expect.stringMatching(/^\w{10}$/),
      amount_kg: 100,
      price_usd_cents: 200,
      success_url: SESSION.success_url,
      cancel_url: SESSION.cancel_url,
      checkout_url: `${simulator.origin}/pay/${session.id}`,
      state: 'open',
      created_on: expect.stringMatching(/\.\d{6}Z$/),
      expires_on: expect.stringMatching(/\.\d{6}Z$/),
      completed_on: null,
      portfolio_id: 'SbxMix',
      order_description: 'on behalf of A',
      order_webhook_url: 'https://app.example/callback',
      subaccount_id: null,
    });
    expect(simulator.purchases()).toEqual([]);
  });

  it('know no idempotency key: a repeat is a second session', async () => {
    const headers = { 'idempotency-key': 'key-1' };
    const first = await cnaught('POST', '/checkout/sessions', { body: SESSION, headers });
    const second = await cnaught('POST', '/checkout/sessions', { body: SESSION, headers });
    expect(second.headers['x-idempotent-replay']).toBeUndefined();
    expect(jsonOf(second)['id']).not.toBe(jsonOf(first)['id']);
  });

  it.each([
    ['amount_kg', { amount_kg: 0 }],
    ['amount_kg', { amount_kg: 24 }],
    ['success_url', { success_url: 'http://app.example/x' }],
    ['success_url', { success_url: 'http://127.0.0.1:3000/x' }],
    ['success_url', { success_url: '/x' }],
    ['cancel_url', { cancel_url: undefined }],
    ['description', { description: 'x'.repeat(513) }],
  ])('are refused for a bad %s', async (field, change) => {
    const reply = await open(change);
    expect(reply.status).toBe(400);
    expect(Object.keys(jsonOf<{ errors: object }>(reply).errors)).toEqual([field]);
  });

  it('create their order when a person pays, and send the browser back with the session id', async () => {
    const id = await openId();
    const redirect = await send('POST', `${sandbox.current.cnaught.origin}/pay/${id}/pay`);
    expect([redirect.status, redirect.headers.location]).toEqual([
      303,
      `https://app.example/return/ref-1?session_id=${id}`,
    ]);
    expect(await stateOf(id)).toBe('complete');
    expect(await orders()).toMatchObject([
      { checkout_session_id: id, state: 'placed', amount_kg: 100, description: 'on behalf of A', metadata: null },
    ]);
    expect(sandbox.current.cnaught.purchases('/return/ref-1')).toHaveLength(1);
  });

  it('are paid at most once', async () => {
    const id = await openId();
    const payUrl = `${sandbox.current.cnaught.origin}/pay/${id}/pay`;
    await send('POST', payUrl);
    const again = await send('POST', payUrl);
    expect([again.status, again.headers.location]).toEqual([303, `/pay/${id}`]);
    expect(sandbox.current.cnaught.purchases()).toHaveLength(1);
  });

  it('can be complete before their order exists', async () => {
    const { cnaught: simulator } = sandbox.current;
    simulator.switches.set({ orderAfterPayment: 'on_command' });
    const id = await openId();
    simulator.checkouts.pay(id);
    expect([await stateOf(id), await orders()]).toEqual(['complete', []]);
    simulator.checkouts.createOrder(id);
    expect(await orders()).toMatchObject([{ checkout_session_id: id }]);
    expect(() => simulator.checkouts.createOrder(id)).toThrow('already has its order');
  });

  it('stay open when a person turns back', async () => {
    const id = await openId();
    const redirect = await send('POST', `${sandbox.current.cnaught.origin}/pay/${id}/cancel`);
    expect([redirect.status, redirect.headers.location]).toEqual([303, 'https://app.example/cancelled']);
    expect(await stateOf(id)).toBe('open');
  });

  it('expire after 24 h, or by command, and cannot be paid then', async () => {
    const { cnaught: simulator } = sandbox.current;
    const [early, late] = [await openId(), await openId()];
    simulator.checkouts.expire(early);
    simulator.advanceClock(DAY_MS);
    for (const id of [early, late]) {
      expect(await stateOf(id)).toBe('expired');
      expect(() => simulator.checkouts.pay(id)).toThrow('expired');
    }
  });
});

describe('a sandbox that allows loopback addresses', () => {
  const sandbox = useSandbox({ allowLoopbackUrls: true });
  const cnaught = cnaughtClient(sandbox);

  it.each([
    ['http://127.0.0.1:3000/x', 201],
    ['http://localhost:3000/x', 201],
    ['http://[::1]:3000/x', 201],
    ['http://127.0.0.1.example/x', 400],
    ['http://10.0.0.1/x', 400],
    ['ftp://127.0.0.1/x', 400],
  ])('takes %s with %s', async (url, status) => {
    const body = { ...SESSION, success_url: url, cancel_url: url };
    expect((await cnaught('POST', '/checkout/sessions', { body })).status).toBe(status);
  });
});

describe('a hosted checkout', () => {
  const sandbox = useSandbox();
  const cnaught = cnaughtClient(sandbox);
  const page = async (change: object = {}): Promise<{ url: string; read: () => Promise<Reply> }> => {
    const reply = await cnaught('POST', '/checkout/sessions', { body: { ...SESSION, ...change } });
    const { checkout_url: url } = jsonOf<Session>(reply);
    return { url, read: () => send('GET', url) };
  };

  it('says that it is a sandbox, what is bought and for how much', async () => {
    const { read } = await page();
    const { status, headers, text } = await read();
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('<title>Sandbox checkout: CNaught</title>');
    for (const shown of ['$2.00', '100 kg CO2e', 'Sandbox Mix', 'on behalf of A', '>Pay<', '>Cancel<']) {
      expect(text).toContain(shown);
    }
  });

  it('shows what came from outside as text only', async () => {
    const { read } = await page({ description: `<script>alert("x")</script>'&` });
    const { text } = await read();
    expect(text).not.toContain('<script>');
    expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&amp;');
  });

  it('can be paid without the browser ever returning, and then says so', async () => {
    const { url, read } = await page();
    const redirect = await send('POST', `${url}/pay-and-stay`);
    expect([redirect.status, redirect.headers.location]).toEqual([303, new URL(url).pathname]);
    const { text } = await read();
    expect(text).toContain('has been paid');
    expect(text).not.toContain('<form');
    expect(sandbox.current.cnaught.purchases()).toHaveLength(1);
  });

  it('says when it has expired', async () => {
    const { read } = await page();
    sandbox.current.cnaught.advanceClock(DAY_MS);
    const { text } = await read();
    expect(text).toContain('has expired');
    expect(text).not.toContain('<form');
  });

  it('does not exist for an unknown session', async () => {
    expect((await send('GET', `${sandbox.current.cnaught.origin}/pay/nowhere`)).status).toBe(404);
  });
});
