import { Readiness } from '../../src/health/readiness.js';
import { Database } from '../../src/persistence/database/database.js';
import { Documentation } from './documentation.js';
import { ServedGateway } from './served-gateway.js';

describe('what is served beside the API', () => {
  let gateway: ServedGateway;
  afterEach(() => gateway.stop());

  it('is named at the entrance', async () => {
    gateway = await ServedGateway.start();
    const { body } = (await gateway.anonymous.get('/').expect(200)) as { body: Record<string, string> };
    expect(body).toEqual({
      name: 'Offset gateway',
      openapi: 'https://gateway.example/openapi.json',
      docs: 'https://gateway.example/docs',
      problems: 'https://gateway.example/v1/problems',
      dashboard: 'https://gateway.example/ops',
    });
    for (const address of [body['openapi'], body['docs'], body['problems'], body['dashboard']])
      await gateway.anonymous.get(new URL(address ?? '').pathname).expect(200);
  });

  it('is a page that keeps no key and that no other page can frame or add scripts to', async () => {
    gateway = await ServedGateway.start();
    for (const path of ['/docs', '/docs/swagger-ui-init.js', '/docs/swagger-ui-bundle.js']) {
      const { headers, status } = await gateway.anonymous.get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['content-security-policy']).toContain("script-src 'self';");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    }
    const { text } = await gateway.anonymous.get('/docs/swagger-ui-init.js');
    expect(text).toMatch(/"persistAuthorization":\s*false/);
    expect((await gateway.anonymous.get('/docs')).text).not.toMatch(/<script(?![^>]* src=)/);
    expect((await gateway.anonymous.get('/docsx')).headers['content-security-policy']).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    );
  });

  it('is no page in production', async () => {
    gateway = await ServedGateway.start({ production: true });
    for (const path of ['/docs', '/docs/', '/docs/index.html', '/docs/swagger-ui-bundle.js', '/docs-json'])
      expect([path, (await gateway.anonymous.get(path)).status]).toEqual([path, 404]);
    expect((await gateway.anonymous.get('/')).body).not.toHaveProperty('docs');
  });

  it('is one OpenAPI document at every gateway, whatever its settings, but for the address', async () => {
    gateway = await ServedGateway.start();
    const { document } = await Documentation.of(gateway);
    await gateway.stop();
    const settings = { publicUrl: 'https://other.example', production: true, keySignIn: false, maxWebhookEndpoints: 1 };
    gateway = await ServedGateway.start(settings);
    const { body } = await gateway.anonymous.get('/openapi.json').expect(200);
    expect(body).toEqual({ ...document, servers: [{ url: settings.publicUrl }] });
  });

  it('is a dashboard whose page is kept nowhere and runs its own files alone, in production too', async () => {
    gateway = await ServedGateway.start({ production: true });
    const { text, headers } = await gateway.anonymous.get('/ops').expect(200);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; script-src 'self'; style-src 'self'; .*require-trusted-types-for 'script'$/,
      ),
    });
    expect(text).toContain('data-environment="production" data-origin="https://gateway.example"');
    expect((await gateway.anonymous.get('/ops/orders/ord_1?show=calls').expect(200)).text).toBe(text);

    const files = [...text.matchAll(/"(\/ops\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(new Set(files.map((path) => path.split('.').at(-1)))).toEqual(new Set(['css', 'js']));
    for (const path of files) {
      const packed = await gateway.anonymous.get(path).expect(200);
      expect(packed.headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, immutable',
        'content-encoding': 'gzip',
      });
      const plain = await gateway.anonymous.get(path).set('accept-encoding', 'identity').expect(200);
      expect(plain.headers).not.toHaveProperty('content-encoding');
    }
    await gateway.anonymous.get('/ops/assets/ops-OLD.js').expect(404);
  });

  it('is a readiness that the database is asked for once, however many ask at a time', async () => {
    gateway = await ServedGateway.start();
    const asked = jest.spyOn(gateway.app.get(Database), 'isReadOnly');
    const readiness = gateway.app.get(Readiness);
    await Promise.all(Array.from({ length: 20 }, () => readiness.check()));
    expect(asked).toHaveBeenCalledTimes(1);
    await readiness.check();
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('is counted per address, unknown paths and wrong methods too, and probes apart', async () => {
    gateway = await ServedGateway.start({ rateLimitPerMinute: 5 });
    const paths = ['/', '/openapi.json', '/docs', '/nothing', '/v1/nothing'];
    for (const path of paths) {
      const { headers } = await gateway.anonymous.get(path);
      expect([path, headers['ratelimit-policy']]).toEqual([path, '"address";q=5;w=60']);
    }
    for (const path of [...paths, '/v1/problems'])
      expect([path, (await gateway.anonymous.get(path)).status]).toEqual([path, 429]);
    expect((await gateway.anonymous.delete('/v1/orders')).status).toBe(429);
    expect((await gateway.get('/v1/orders')).status).toBe(200);
    for (const path of ['/livez', '/readyz', '/metrics']) {
      const { status, headers } = await gateway.anonymous.get(path);
      expect([path, status, headers['ratelimit-policy']]).toEqual([path, 200, '"probes";q=6000;w=60']);
    }
  });
});
