import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { newApiKey } from '../../src/application/access/api-key.js';
import { ServedGateway } from './served-gateway.js';

/** As the gateway makes them, so only the database knows that there is no such key. */
const madeUpKey = (): string => newApiKey('dev').text;

describe('keys that somebody makes up', () => {
  let gateway: ServedGateway;
  beforeEach(async () => {
    gateway = await ServedGateway.start({ rateLimitPerMinute: 20 });
  });
  afterEach(() => gateway.stop());

  /** Statements that look for keys, from now on. */
  const watchLookups = (table = 'api_keys'): (() => number) => {
    const query = jest.spyOn(pg.Client.prototype as { query: (given: unknown) => unknown }, 'query');
    return () => query.mock.calls.filter(([given]) => JSON.stringify(given).includes(`FROM ${table}`)).length;
  };
  afterEach(() => jest.restoreAllMocks());

  const statusesOf = async (keys: readonly string[]): Promise<number[]> =>
    (await Promise.all(keys.map((key) => gateway.get('/v1/providers', key)))).map(({ status }) => status);

  const strangers = (count: number): string[] => Array.from({ length: count }, madeUpKey);

  it('are refused, and looked up together once there were too many of them', async () => {
    await statusesOf(strangers(20));
    const startedAt = performance.now();
    const lookups = watchLookups();
    for (const round of [1, 2, 3])
      expect([round, new Set(await statusesOf(strangers(50)))]).toEqual([round, new Set([429])]);
    const seconds = (performance.now() - startedAt) / 1000;
    expect(lookups()).toBeGreaterThan(0);
    expect(lookups()).toBeLessThanOrEqual(4 * seconds + 1);
  });

  it('are looked up together as cookies of sessions, too', async () => {
    const statusesOfCookies = (count: number): Promise<number[]> =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const cookie = `__Host-ofg_ops=${randomBytes(32).toString('base64url')}`;
          const sent = gateway.anonymous.get('/v1/ops/session').set({ cookie, 'sec-fetch-site': 'same-origin' });
          return (await sent).status;
        }),
      );
    expect(new Set(await statusesOfCookies(20))).toEqual(new Set([401]));
    const startedAt = performance.now();
    const lookups = watchLookups('operator_sessions');
    expect(new Set(await statusesOfCookies(100))).toEqual(new Set([429]));
    const seconds = (performance.now() - startedAt) / 1000;
    expect(lookups()).toBeGreaterThan(0);
    expect(lookups()).toBeLessThanOrEqual(4 * seconds + 1);
  });

  it('never keep out a good key: neither one in use, nor one that was never seen before', async () => {
    const unseen = await gateway.newKey(['orders:read']);
    expect(await statusesOf([gateway.key])).toEqual([200]);
    await statusesOf(strangers(40));
    const flood = statusesOf(strangers(60));
    expect(await statusesOf([gateway.key, unseen, gateway.key])).toEqual([200, 200, 200]);
    expect(new Set(await flood)).toEqual(new Set([429]));
  });

  it('are let in nowhere by a known id with another secret', async () => {
    expect(await statusesOf([gateway.key])).toEqual([200]);
    const [, environment, id] = gateway.key.split('_');
    const other = madeUpKey().split('_')[3];
    expect(await statusesOf([['ofg', environment, id, other].join('_')])).toEqual([401]);
  });
});
