import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

describe('a callback from a provider', () => {
  let gateway: ServedGateway;
  let path: string;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    await gateway.order(SMALL_ORDER);
    path = callbackIn(gateway.sandbox.cnaught.ledger.entries(0));
  });
  afterAll(() => gateway.stop());

  const callbackIn = (entries: readonly object[]): string =>
    /\/v1\/provider-callbacks\/cnaught\/[\w-]{43}/.exec(JSON.stringify(entries))?.[0] ?? 'no callback address';

  it.each([
    ['with a JSON body', 'application/json', '{"order":{"id":"x"}}'],
    ['with broken JSON', 'application/json', '{"order":'],
    ['with another content type', 'application/xml', '<order/>'],
    ['with an unreadable content type', ';;;', 'x'],
    ['with bytes', 'application/octet-stream', '\u0000\u0001'],
    ['with a form', 'application/x-www-form-urlencoded', 'a=b'],
  ])('%s gets exactly 200', async (_, type, body) => {
    const response = await gateway.anonymous
      .post(path)
      .set('content-type', type)
      .serialize((raw: unknown) => raw as string)
      .send(body);
    expect([response.status, response.text]).toEqual([200, '']);
  });

  it('without a body, with a query or without a content type gets exactly 200', async () => {
    expect((await gateway.anonymous.post(path)).status).toBe(200);
    expect((await gateway.anonymous.post(`${path}?x=1`).send()).status).toBe(200);
    const bare = gateway.anonymous
      .post(path)
      .unset('content-type')
      .serialize((raw: unknown) => raw as string);
    expect((await bare.send('x')).status).toBe(200);
  });

  it('that is too large, or has an unknown token, is refused', async () => {
    const large = await gateway.anonymous.post(path).set('content-type', 'text/plain').send('x'.repeat(70_000));
    expect(large.status).toBe(413);
    for (const unknown of [
      `${path.slice(0, -1)}-`,
      path.replace('cnaught', 'one_tribe'),
      '/v1/provider-callbacks/%00/%00',
    ])
      expect((await gateway.anonymous.post(unknown)).body).toMatchObject({
        code: 'callback_token_unknown',
        status: 404,
      });
  });
});
