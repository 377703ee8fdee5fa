import { EXTRAS, PLANTS, type Extra, type Plant, type PlantedType, type ProviderName } from './plants.js';
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
  readonly extras: readonly { readonly type: Extra; readonly provider: 'cnaught' | 'one_tribe' }[];
}

/** Nobody waits for more to be placed one after the other. */
export const MOST_ORDERS = 10_000;

/** One, none, or one of a hundred. */
const howMany = (random: Random, orders: number): number => random.pick([1, 1, 1, 0, Math.ceil(orders / 100)]);

/** What is placed, and what is wrong with which of it: the same for a seed. */
export const planOf = (seed: number, count: number): Plan => {
  const random = new Random(seed);
  const types = (Object.keys(PLANTS) as PlantedType[]).flatMap((type) =>
    Array.from({ length: howMany(random, count) }, () => type),
  );
  const planted = random.shuffled([
    ...types.slice(0, count),
    ...Array.from({ length: Math.max(count - types.length, 0) }, () => null),
  ]);
  const extras = EXTRAS.flatMap((type) =>
    Array.from({ length: howMany(random, count) }, () => ({
      type,
      provider: random.pick(['cnaught', 'one_tribe'] as const),
    })),
  );
  return { seed, orders: planted.map((type, index) => plannedOrder(index + 1, type, random)), extras };
};

const plannedOrder = (n: number, planted: PlantedType | null, random: Random): PlannedOrder => {
  const plant: Plant | null = planted && PLANTS[planted];
  const provider = plant?.at ?? random.pick(['cnaught', 'cnaught', 'one_tribe', 'one_tribe', 'carbonmark'] as const);
  const payment = plant?.payment ?? (provider === 'carbonmark' ? 'checkout' : 'account');
  const kg = plant?.kg ?? (provider === 'one_tribe' ? 1_000 * (1 + random.below(5)) : 50 * (1 + random.below(20)));
  return { n, provider, payment, kg, planted };
};
