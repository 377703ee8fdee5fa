import { setTimeout } from 'node:timers/promises';
import type { PlacedOrder, Stage } from '../drills/stage.js';
import { MOST_ORDERS, type Plan, type PlannedOrder } from './plan.js';
import { PLANTS, type Plant } from './plants.js';

/** One that was placed, as it stands once nothing moves any more. */
export interface MadeOrder extends PlannedOrder {
  readonly order: PlacedOrder;
}

const LOOK_EVERY_MS = 100;
/** Of a simulator that moves its orders by itself, with a gateway that polls. */
const PATIENCE_MS = 60_000;

/** Places what is planned, one after the other, and has the providers do what they are to do. */
export const makeOrders = async (stage: Stage, plan: Plan): Promise<readonly MadeOrder[]> => {
  const made: MadeOrder[] = [];
  const firstBlock = freshBlock();
  for (const planned of plan.orders)
    made.push({ ...planned, order: await makeOrder(stage, planned, firstBlock + planned.n) });
  return made;
};

/** Serial numbers are in blocks that no other plant on the same database has: one a second, with as many orders as it may have. */
const freshBlock = (): number => (Math.floor(Date.now() / 1_000) % 100_000) * MOST_ORDERS;

const makeOrder = async (stage: Stage, planned: PlannedOrder, block: number): Promise<PlacedOrder> => {
  const plant: Plant | null = planned.planted && PLANTS[planned.planted];
  const placed = await stage.order(bodyOf(planned));
  const order = planned.payment === 'checkout' ? await paid(stage, planned, placed) : placed;
  const purchase = order.provider_order_id;
  if (purchase === null) throw new Error(`Order ${planned.n} was not bought: it is ${order.status}.`);
  if (plant?.act === 'cancel') return stage.act(order.id, 'cancel');
  if (plant?.act === 'vanish') {
    await stage.oneTribe.command(`/transactions/${purchase}/vanish`);
    return order;
  }
  if (plant?.act === 'leave_open') return order;
  if (plant?.act === 'buy_again') await (plant.at === 'cnaught' ? payAgain(stage, order) : buyAgain(stage, purchase));
  if (plant?.retirements)
    await stage.cnaught.breakWith(
      { method: 'GET', path: `/orders/${purchase}` },
      {
        kind: 'set_field',
        path: 'project_allocations',
        value: plant.retirements(block, planned.kg).map(allocation),
      },
    );
  return retired(stage, planned, order.id, purchase);
};

/** Each for another beneficiary: equal orders could not be told apart at their providers. */
const bodyOf = ({ n, provider, payment, kg }: PlannedOrder): object => ({
  provider,
  mass: { value: String(kg), unit: 'kg' },
  payment:
    payment === 'account'
      ? { method: 'account' }
      : { method: 'checkout', success_url: 'https://shop.example/paid', cancel_url: 'https://shop.example/back' },
  beneficiary: { name: `Customer ${n}` },
});

const simulatorOf = (stage: Stage, { provider }: PlannedOrder) =>
  provider === 'cnaught' ? stage.cnaught : provider === 'carbonmark' ? stage.carbonmark : stage.oneTribe;

/** The payer pays on the hosted page, and comes back. */
const paid = async (stage: Stage, planned: PlannedOrder, { id, checkout }: PlacedOrder): Promise<PlacedOrder> => {
  const page = checkout?.url.split('/').at(-1) ?? '';
  const simulator = simulatorOf(stage, planned);
  const { redirect_to: back } = await simulator.command<{ redirect_to: string }>(`/checkouts/${page}/pay`);
  await stage.comeBack(back);
  return until(
    () => stage.read(id),
    (order) => order.provider_order_id !== null,
  );
};

const buyAgain = async (stage: Stage, purchase: string): Promise<void> => {
  const { project_id, transaction_type, quantity, description, metadata } = await stage.oneTribe.read<
    Record<string, unknown>
  >(`/transactions/${purchase}`);
  const body = { project_id, transaction_type, quantity, description, metadata };
  await stage.oneTribe.buy('/transactions', JSON.stringify(body));
};

/** As the gateway names its order at CNaught. */
const referenceTo = (id: string): string => `order_reference=${id}`;

/** Somebody has bought on the account what the payer has paid for. */
const payAgain = (stage: Stage, { id, ordered_mass: { grams } }: PlacedOrder): Promise<unknown> =>
  stage.cnaught.buy('/orders', JSON.stringify({ amount_kg: grams / 1_000, metadata: referenceTo(id) }));

const allocation = ([serial, kg]: readonly [string, number | null]): object => ({
  project: { name: 'Southern Forest', registry_name: 'Verra' },
  amount_kg: kg ?? 0,
  retirements: [{ serial_number_range: serial }],
});

const LAST = { cnaught: 'fulfilled', carbonmark: 'COMPLETED', one_tribe: 'completed' } as const;

/** Where the simulator moves its orders by itself, it may be there already. */
const retired = async (stage: Stage, planned: PlannedOrder, id: string, purchase: string): Promise<PlacedOrder> => {
  await simulatorOf(stage, planned)
    .command('/advance', { id: purchase, to: LAST[planned.provider] })
    .catch(() => undefined);
  return until(
    () => stage.act(id, 'refresh'),
    ({ status }) => status === 'retired' || status === 'completed',
  );
};

/** Looked at again and again, or read from its provider, as often as the gateway does that. */
const until = async (look: () => Promise<PlacedOrder>, isSo: (order: PlacedOrder) => boolean): Promise<PlacedOrder> => {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const order = await look();
    if (isSo(order)) return order;
    if (waitedMs > PATIENCE_MS)
      throw new Error(`Order ${order.id} is ${order.status}, and not what is planned. Is a worker running?`);
    await setTimeout(LOOK_EVERY_MS);
  }
};
