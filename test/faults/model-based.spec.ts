import fc from 'fast-check';
import { AppError } from '../../src/domain/errors.js';
import { CommandRefusedError, type Fault } from '../../dev/sandbox/index.js';
import { KeyTaken, TestEngine } from '../support/engine.js';

type Provider = 'cnaught' | 'one_tribe';

/** What a caller knows: the keys it has used, and which orders it was told of. */
interface Caller {
  readonly keys: string[];
  readonly orders: Map<string, Provider>;
}

type Step = fc.AsyncCommand<Caller, TestEngine>;

const FAULTS: readonly Fault[] = [
  { kind: 'reset', when: 'before_effect' },
  { kind: 'reset', when: 'after_effect' },
  { kind: 'error', status: 500, effect: true },
  { kind: 'error', status: 503, effect: false },
  { kind: 'truncated_body' },
  { kind: 'broken_json' },
  { kind: 'html', status: 200 },
  { kind: 'rate_limited' },
  { kind: 'refused', status: 409 },
  { kind: 'refused', status: 400 },
  { kind: 'late_effect', connection: 'reset' },
];

const simulatorOf = (engine: TestEngine, provider: Provider) =>
  provider === 'cnaught' ? engine.sandbox.cnaught : engine.sandbox.oneTribe;

/** A refusal is a response too; anything else is a fault of ours. */
const refusable = async <T>(act: () => Promise<T>): Promise<T | null> =>
  act().catch((thrown: unknown) => {
    if (thrown instanceof AppError || thrown instanceof KeyTaken || thrown instanceof CommandRefusedError) return null;
    throw thrown;
  });

const step = (name: string, run: (caller: Caller, engine: TestEngine) => Promise<void>): Step => ({
  check: () => true,
  run: async (caller, engine) => {
    await run(caller, engine);
    expect(await engine.lostOrders()).toBe(0);
  },
  toString: () => name,
});

const place = (provider: Provider, wait: boolean): Step =>
  step(`place(${provider}, ${wait})`, async (caller, engine) => {
    const key = `key-${Math.random()}`;
    const order = await refusable(() =>
      engine.place({ provider, grams: 2_000_000, waitIfPaused: true }, wait ? 20_000 : 0, key),
    );
    if (!order) return;
    caller.keys.push(key);
    caller.orders.set(order.id, provider);
  });

/** Outside what providers declare. Neither an order nor a send may come of it, whatever else is going on. */
const BEYOND = [
  { provider: 'one_tribe', grams: 1_500_000 },
  { provider: 'cnaught', grams: 1_500 },
  { provider: null, grams: 500 },
  { provider: 'one_tribe', grams: 2_000_000, paymentMethod: 'checkout' },
] as const;

const placeBeyond = (wanted: (typeof BEYOND)[number]): Step =>
  step(`placeBeyond(${JSON.stringify(wanted)})`, async (_, engine) => {
    const count = async (): Promise<unknown> => (await engine.rows('SELECT count(*) FROM orders'))[0];
    const before = await count();
    expect(await refusable(() => engine.place({ ...wanted, waitIfPaused: true }, 0))).toBeNull();
    expect(await count()).toEqual(before);
  });

const repeat = (nth: number): Step =>
  step(`repeat(${nth})`, async (caller, engine) => {
    const key = caller.keys[nth % caller.keys.length];
    if (key === undefined) return;
    const wanted = { provider: 'cnaught', grams: 2_000_000, waitIfPaused: true };
    expect(await refusable(() => engine.place(wanted, 0, key))).toBeNull();
  });

const withOrder = (
  name: string,
  nth: number,
  run: (engine: TestEngine, id: string, provider: Provider) => Promise<void>,
): Step =>
  step(`${name}(${nth})`, async (caller, engine) => {
    const [id, provider] = [...caller.orders][nth % Math.max(1, caller.orders.size)] ?? [];
    if (id !== undefined && provider !== undefined) await run(engine, id, provider);
  });

const cancel = (nth: number): Step =>
  withOrder('cancel', nth, async (engine, id) => void (await refusable(() => engine.cancel(id))));

const refresh = (nth: number): Step =>
  withOrder('refresh', nth, async (engine, id) => void (await refusable(() => engine.refresh(id))));

const advance = (nth: number): Step =>
  withOrder('advance', nth, async (engine, id, provider) => {
    const { providerOrderId } = await engine.order(id);
    const state = provider === 'cnaught' ? 'fulfilled' : 'completed';
    if (providerOrderId !== null)
      await refusable(async () => simulatorOf(engine, provider).advance(providerOrderId, state));
  });

/** True or forged: it may speak of the order's own purchase, of another order's, or of one that was never made. */
const callback = (nth: number, about: number): Step =>
  withOrder(`callback about ${about}`, nth, async (engine, id) => {
    const purchases = engine.sandbox.cnaught.purchases();
    const own = purchases.find(({ reference }) => reference?.includes(id));
    const spokenOf = [own, purchases[about % Math.max(1, purchases.length)], undefined][about % 3];
    await engine.announce(id, spokenOf?.id ?? 'nobodyMade1');
    await engine.runDue();
  });

const fault = (provider: Provider, what: Fault): Step =>
  step(`fault(${provider}, ${what.kind})`, async (_, engine) => {
    simulatorOf(engine, provider).faults.add({ match: { method: 'POST' }, fault: what });
  });

const pass = (seconds: number): Step =>
  step(`pass(${seconds} s)`, async (_, engine) => {
    await engine.later(seconds * 1000);
  });

const restart = (): Step => step('restart', (_, engine) => engine.restart());

const late = (): Step =>
  step('late effects arrive', async (_, engine) => {
    engine.sandbox.cnaught.lateEffects.release();
    engine.sandbox.oneTribe.lateEffects.release();
  });

const provider = fc.constantFrom<Provider>('cnaught', 'one_tribe');
const steps = fc.commands(
  [
    ...Array.from({ length: 4 }, () => fc.tuple(provider, fc.boolean()).map(([who, wait]) => place(who, wait))),
    fc.constantFrom(...BEYOND).map(placeBeyond),
    fc.nat(9).map(repeat),
    fc.nat(9).map(cancel),
    fc.nat(9).map(refresh),
    fc.nat(9).map(advance),
    fc.tuple(fc.nat(9), fc.nat(29)).map(([nth, about]) => callback(nth, about)),
    fc.tuple(provider, fc.constantFrom(...FAULTS)).map(([who, what]) => fault(who, what)),
    fc.constantFrom(1, 10, 60, 400).map(pass),
    fc.constant(restart()),
    fc.constant(late()),
  ],
  { maxCommands: 30, size: 'max' },
);

describe('whatever a caller, the network and time do', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());

  /** Lets everything come to rest, then holds every order against the provider's ledger. */
  const audit = async ({ orders }: Caller): Promise<void> => {
    for (const who of ['cnaught', 'one_tribe'] as const) simulatorOf(engine, who).faults.clear();
    engine.sandbox.cnaught.lateEffects.release();
    engine.sandbox.oneTribe.lateEffects.release();
    for (const [id, who] of orders) {
      const order = await engine.untilKnown(id, 3_600_000, 60_000);
      const purchases = simulatorOf(engine, who)
        .purchases()
        .filter(({ reference }) => reference?.includes(id)).length;
      const { status, review } = order;
      const told = { id, status, review: review?.reason ?? null, purchases };
      if (status === 'failed' || (status === 'cancelled' && order.placedAt === null))
        expect({ ...told, purchases: 0 }).toEqual(told);
      else if (review === null)
        expect({ ...told, purchases: 1, isPlaced: order.placedAt !== null }).toEqual({ ...told, isPlaced: true });
      else expect(purchases).toBeLessThanOrEqual(1);
    }
  };

  it('no order is bought twice, lost, or called what it is not', async () => {
    let orders = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (commands) => {
        const caller: Caller = { keys: [], orders: new Map() };
        await fc.asyncModelRun(() => ({ model: caller, real: engine }), commands);
        await audit(caller);
        orders += caller.orders.size;
      }),
      { numRuns: Number(process.env['MODEL_RUNS'] ?? 12), endOnFailure: true },
    );
    expect(orders).toBeGreaterThan(0);
    process.stdout.write(`model-based: ${orders} orders audited\n`);
  }, 180_000);
});
