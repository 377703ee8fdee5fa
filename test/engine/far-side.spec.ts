import type { INestApplicationContext } from '@nestjs/common';
import { FarSides } from '../../src/application/providers/far-sides.js';
import type { ProviderId } from '../../src/domain/providers/calls.js';
import { FarSidesRepository } from '../../src/persistence/providers/far-sides.repository.js';
import { startSandbox, type Sandbox } from '../../dev/sandbox/index.js';
import { launchEngine } from '../support/launcher.js';
import { TestEngine } from '../support/engine.js';

const HOUR = 3_600_000;

const ANOTHER = {
  cnaught: { apiKey: 'sandbox-cnaught-another-account' },
  oneTribe: { apiKey: 'sandbox-one-tribe-another-account' },
};

const MASS = { cnaught: 1_000, one_tribe: 1_000_000 } as const;
const PROVIDERS = ['cnaught', 'one_tribe'] as const;
type Provider = (typeof PROVIDERS)[number];

/** The database of one account, and a process that was given another. */
describe('a gateway started with another account', () => {
  let engine: TestEngine;
  let right: INestApplicationContext;
  let wrong: INestApplicationContext;
  let elsewhere: Sandbox;

  beforeEach(async () => {
    engine = await TestEngine.start();
    right = engine.app;
    elsewhere = await startSandbox({ allowLoopbackUrls: true, rateLimits: 'off', ...ANOTHER });
  });
  afterEach(async () => {
    await wrong.close();
    await elsewhere.stop();
    engine.app = right;
    await engine.stop();
  });

  const startWrong = async (): Promise<void> => {
    wrong = await launchEngine(engine, { env: elsewhere.variables() });
    engine.app = wrong;
  };

  /** Bought, and nobody here knows: the response was lost. */
  const inDoubt = async (provider: Provider): Promise<string> => {
    const fault = { kind: 'reset', when: 'after_effect' } as const;
    engine.simulators[provider].faults.add({ match: { method: 'POST', path: pathOf(provider) }, times: 1, fault });
    const { id } = await engine.place({ provider, grams: MASS[provider] }, 0).then(async (order) => {
      const [task] = await engine.claimDue();
      if (task) await engine.runTask(task);
      return engine.order(order.id);
    });
    expect((await engine.order(id)).status).toBe('in_doubt');
    return id;
  };
  const boughtElsewhere = (): number => elsewhere.cnaught.purchases().length + elsewhere.oneTribe.purchases().length;
  const listed = async (provider: Provider) =>
    (await engine.listProviders()).find((each) => each.provider.id === provider);

  it.each(PROVIDERS)('neither asks nor sends to it about a purchase in doubt at %s, however long', async (provider) => {
    const id = await inDoubt(provider);
    const before = await engine.history(id);
    await startWrong();
    for (const hours of [1, 6, 24]) await engine.later(hours * HOUR);
    expect(await engine.history(id)).toEqual(before);
    expect(boughtElsewhere()).toBe(0);

    engine.app = right;
    await engine.untilKnown(id, HOUR);
    expect(await engine.history(id)).toContain('placed (lookup)');
    expect(engine.purchasesOf(id)).toHaveLength(1);
  });

  it.each(PROVIDERS)('does not take a placed order of %s for vanished, nor cancel it there', async (provider) => {
    const { id, status } = await engine.place({ provider, grams: MASS[provider] });
    expect(status).toBe('placed');
    await startWrong();
    await engine.later(24 * HOUR);
    expect(await engine.order(id)).toMatchObject({ status: 'placed', review: null });
    await expect(engine.refresh(id)).rejects.toMatchObject({ code: 'provider_unavailable' });
    await expect(engine.cancel(id)).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect(await engine.order(id)).toMatchObject({ status: 'placed', review: null });
  });

  it('takes no orders for the provider, says why, and leaves the gateway with the right account alone', async () => {
    await inDoubt('one_tribe');
    await startWrong();
    expect(await listed('one_tribe')).toMatchObject({ health: 'failing', pause: { reason: 'other_account' } });
    expect(await listed('cnaught')).toMatchObject({ health: 'ok', pause: null });
    await expect(engine.place({ provider: 'one_tribe', grams: 1_000_000 })).rejects.toMatchObject({
      code: 'provider_paused',
      message: expect.stringContaining('other_account') as unknown,
    });
    const waiting = await engine.place({ provider: 'one_tribe', grams: 2_000_000, waitIfPaused: true });
    await engine.later(HOUR);
    expect((await engine.order(waiting.id)).status).toBe('created');
    expect(boughtElsewhere()).toBe(0);

    engine.app = right;
    await right.get(FarSides).look();
    expect(await listed('one_tribe')).toMatchObject({ pause: null });
    expect((await engine.place({ provider: 'one_tribe', grams: 3_000_000 })).status).toBe('placed');
  });

  it('buys there once no order is open at the account of before', async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    engine.sandbox.cnaught.advance((await engine.order(id)).providerOrderId ?? '', 'fulfilled');
    await engine.later(HOUR);
    expect((await engine.order(id)).status).toBe('completed');
    await startWrong();
    expect(await listed('cnaught')).toMatchObject({ health: 'ok', pause: null });
    expect((await engine.place({ provider: 'cnaught', grams: 1_000 })).status).toBe('placed');
    expect(boughtElsewhere()).toBe(1);
  });

  it('finds the purchase after a change of key, once an operator has said that the account is the same', async () => {
    const id = await inDoubt('one_tribe');
    Object.assign(engine.sandbox.oneTribe, { apiKey: 'sandbox-one-tribe-new-key-000000' });
    wrong = await launchEngine(engine);
    engine.app = wrong;
    await engine.later(HOUR);
    expect((await engine.order(id)).status).toBe('in_doubt');

    const farSides = wrong.get(FarSidesRepository);
    const [before, after] = (await farSides.list()).filter(
      (each) => 'provider' in each && each.provider === 'one_tribe',
    );
    const idOf = (row: object | undefined): string => (row && 'id' in row ? String(row.id) : '');
    expect(await farSides.confirmAccount('one_tribe' as ProviderId, idOf(after), 'jane')).toEqual([idOf(before)]);
    expect(
      await engine.rows('SELECT operator, act, subject, after, outcome FROM audit_log ORDER BY number DESC LIMIT 1'),
    ).toEqual([
      {
        operator: 'jane',
        act: 'provider.confirm_account',
        subject: idOf(after),
        after: { provider: 'one_tribe', elsewhere: [idOf(before)] },
        outcome: 'applied',
      },
    ]);
    await wrong.get(FarSides).look();
    expect((await listed('one_tribe'))?.pause).toBeNull();
    expect((await engine.untilKnown(id, HOUR)).status).toBe('placed');
    expect(engine.purchasesOf(id)).toHaveLength(1);
  });

  it('cannot be confirmed where one is live and the other a sandbox', async () => {
    await inDoubt('one_tribe');
    wrong = await launchEngine(engine, { env: { ONE_TRIBE_API_KEY: 'a-key-that-is-live-000000000000' } });
    engine.app = wrong;
    const live = wrong.get(FarSides).here('one_tribe' as ProviderId).id;
    expect(await wrong.get(FarSidesRepository).confirmAccount('one_tribe' as ProviderId, live, 'jane')).toEqual([]);
    expect((await listed('one_tribe'))?.pause?.reason).toBe('other_account');
  });

  it('is refused by the database, should it send all the same', async () => {
    const id = await inDoubt('one_tribe');
    await startWrong();
    const there = wrong.get(FarSides).here('one_tribe' as ProviderId).id;
    await expect(
      engine.rows(
        `INSERT INTO attempts (order_id, operation, number, generation, idempotency_key, body, far_side, send_deadline_at)
         VALUES ($1, 'placeOrder', 2, 2, 'k', 'b', $2, now())`,
        [id, there],
      ),
    ).rejects.toThrow('may be bought at another account');
  });
});

const pathOf = (provider: Provider): string => (provider === 'cnaught' ? '/orders' : '/transactions');
