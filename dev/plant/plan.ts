import {
  EXTRAS,
  INVOICING,
  isLate,
  PLANTS,
  SHOWN_OTHERWISE,
  type Extra,
  type Invoicing,
  type Plant,
  type PlantedType,
  type ProviderName,
  type ShownOtherwise,
} from './plants.js';
import { Random } from './random.js';

export interface PlannedOrder {
  /** From 1. */
  readonly n: number;
  readonly provider: ProviderName;
  readonly payment: 'account' | 'checkout';
  readonly kg: number;
  /** Null: all agree. */
  readonly planted: PlantedType | null;
}

export interface Plan {
  readonly seed: number;
  readonly orders: readonly PlannedOrder[];
  readonly extras: readonly { readonly type: Extra; readonly provider: ProviderName }[];
  readonly invoicing: Invoicing;
  /** Where time can be moved: what the list of a provider shows otherwise of one order, and an order that stays in doubt. */
  readonly shownOtherwise: ShownOtherwise | null;
  readonly leavesDoubt: boolean;
  /** There, too: pools, and what nobody has of them. A line for all orders of a project would be for their purchases, too. */
  readonly leavesPools: boolean;
}

/** Nobody waits for more to be placed one after the other. */
export const MOST_ORDERS = 10_000;

/** One, none, or one of a hundred. */
const howMany = (random: Random, orders: number): number => random.pick([1, 1, 1, 0, Math.ceil(orders / 100)]);

/** What is placed, and what is wrong with which of it: the same for a seed. `movesTime`: whether time can be moved. */
export const planOf = (seed: number, count: number, movesTime = false): Plan => {
  const random = new Random(seed);
  const types = (Object.keys(PLANTS) as PlantedType[])
    .filter((type) => movesTime || !isLate(type))
    .flatMap((type) => Array.from({ length: howMany(random, count) }, () => type));
  const planted = random.shuffled([
    ...types.slice(0, count),
    ...Array.from({ length: Math.max(count - types.length, 0) }, () => null),
  ]);
  const extras = EXTRAS.flatMap((type) =>
    Array.from({ length: howMany(random, count) }, (): Plan['extras'][number] => ({
      type,
      // Payments are in the documents of payers alone.
      provider: type === 'payment_unmatched' ? 'carbonmark' : random.pick(['cnaught', 'one_tribe'] as const),
    })),
  );
  const orders = planted.map((type, index) => plannedOrder(index + 1, type, random));
  const invoicing = random.pick(['by_order', ...(Object.keys(INVOICING) as Invoicing[])] as const);
  return {
    seed,
    orders,
    extras,
    invoicing,
    shownOtherwise: movesTime ? random.pick([null, ...(Object.keys(SHOWN_OTHERWISE) as ShownOtherwise[])]) : null,
    leavesDoubt: movesTime && random.below(2) === 0,
    leavesPools: movesTime && invoicing === 'by_order',
  };
};

const plannedOrder = (n: number, planted: PlantedType | null, random: Random): PlannedOrder => {
  const plant: Plant | null = planted && PLANTS[planted];
  const provider = plant?.at ?? random.pick(['cnaught', 'cnaught', 'one_tribe', 'one_tribe', 'carbonmark'] as const);
  const payment = plant?.payment ?? (provider === 'carbonmark' ? 'checkout' : 'account');
  const kg = plant?.kg ?? massOf[provider](random);
  return { n, provider, payment, kg, planted };
};

const massOf: Readonly<Record<ProviderName, (random: Random) => number>> = {
  cnaught: (random) => 50 * (1 + random.below(20)),
  // For less, the cheapest offer that may be paid by card is one whose retirements fail.
  carbonmark: (random) => 50 * (10 + random.below(10)),
  one_tribe: (random) => 1_000 * (1 + random.below(5)),
};
