import { randomBytes } from 'node:crypto';
import { RotateCallbackSecret } from '../../src/application/webhooks/rotate-callback-secret.js';
import { RotateEndpointSecret } from '../../src/application/webhooks/rotate-endpoint-secret.js';
import { MakeEndpoint } from '../../src/application/webhooks/make-endpoint.js';
import { SecretKeys } from '../../src/application/webhooks/secret-keys.js';
import { EndpointsRepository } from '../../src/persistence/webhooks/endpoints.repository.js';
import { SecretsRepository } from '../../src/persistence/webhooks/secrets.repository.js';
import { runCommand } from '../support/command-line.js';
import { TestEngine } from '../support/engine.js';
import { BY_TESTER } from '../support/launcher.js';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [key('old'), key('new')];

interface Printed {
  readonly sealed_with: string;
  readonly resealed: { readonly endpoints: number; readonly tenants: number };
  readonly unopenable: readonly { readonly id: string; readonly sealed_with: string }[];
}

describe('the command that seals secrets anew', () => {
  let engine: TestEngine;
  beforeEach(async () => {
    engine = await TestEngine.start({ webhookSecretKeys: OLD });
  });
  afterEach(() => engine.stop());

  const reseal = async (keys: string): Promise<{ printed: Printed; exitCode: number }> => {
    process.env['WEBHOOK_SECRET_KEYS'] = keys;
    try {
      return await runCommand<Printed>(engine.database.applicationUrl, 'webhooks', 'reseal');
    } finally {
      delete process.env['WEBHOOK_SECRET_KEYS'];
    }
  };

  const makeEndpoint = async (nth: number): Promise<string> => {
    const request = { tenantId: engine.tenantId, url: 'http://127.0.0.1:9/', description: null, types: [] };
    const made = { ...request, idempotencyKey: String(nth), fingerprint: new Uint8Array([nth]) };
    return (await engine.app.get(MakeEndpoint).run(made, BY_TESTER)).endpoint.id;
  };

  /** What signs now, opened with these keys, of an endpoint and of the tenant. */
  const opened = async (id: string, keys: string): Promise<string[]> => {
    const [open, { tenantId }] = [SecretKeys.from(keys), engine];
    const endpoint = await engine.app.get(EndpointsRepository).findWithSecrets(id, tenantId);
    const tenant = await engine.app.get(SecretsRepository).ofTenant(tenantId);
    return [
      ...(endpoint?.secrets ?? []).map((secret) => open.open(secret, id).toString('hex')),
      ...(tenant?.secrets ?? []).map((secret) => open.open(secret, tenantId).toString('hex')),
    ];
  };

  it('leaves nothing that needs the old key, says how much it did, and does nothing the second time', async () => {
    const [id] = [await makeEndpoint(1), await makeEndpoint(2), await makeEndpoint(3)];
    await engine.app.get(RotateEndpointSecret).run(id, engine.tenantId, 24, BY_TESTER);
    await engine.app.get(RotateCallbackSecret).run(engine.tenantId, 24, BY_TESTER);
    const before = await opened(id, OLD);
    expect(before).toHaveLength(3);

    const { printed, exitCode } = await reseal(`${NEW},${OLD}`);
    expect([printed, exitCode]).toEqual([
      { sealed_with: 'new', resealed: { endpoints: 3, tenants: 1 }, unopenable: [] },
      0,
    ]);
    expect(await opened(id, NEW)).toEqual(before);
    expect((await reseal(NEW)).printed.resealed).toEqual({ endpoints: 0, tenants: 0 });
  });

  it('drops secrets that sign no more', async () => {
    const id = await makeEndpoint(1);
    await engine.app.get(RotateEndpointSecret).run(id, engine.tenantId, 1, BY_TESTER);
    await engine.rows(
      `UPDATE webhook_endpoints SET secrets = jsonb_set(secrets, '{1,expires_at}', '"2026-01-01T00:00:00.000Z"')`,
    );
    await reseal(`${NEW},${OLD}`);
    expect(await opened(id, NEW)).toHaveLength(1);
  });

  it('keeps what it cannot open, and says whose it is and which key it needs', async () => {
    const id = await makeEndpoint(1);
    const { printed, exitCode } = await reseal(NEW);
    expect([printed.unopenable, exitCode]).toEqual([[{ id, sealed_with: 'old' }], 1]);
    expect(await opened(id, OLD)).toHaveLength(1);
  });

  it('writes nothing over a rotation that came between', async () => {
    const id = await makeEndpoint(1);
    const secrets = engine.app.get(SecretsRepository);
    const [held] = await secrets.sealedOtherwise('endpoint', 'new', '', 10);
    if (!held) throw new Error('nothing was to be sealed anew');
    await engine.app.get(RotateEndpointSecret).run(id, engine.tenantId, 24, BY_TESTER);
    expect(await secrets.replace('endpoint', held, [], null)).toBe(false);
    expect(await opened(id, OLD)).toHaveLength(2);
  });
});
