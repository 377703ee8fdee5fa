import { planOf } from './plan.js';
import { isLate, PLANTS, type PlantedType } from './plants.js';

const TYPES = Object.keys(PLANTS) as PlantedType[];

describe('a plan', () => {
  it('is the same for a seed, and another for another', () => {
    expect(planOf(42, 500)).toEqual(planOf(42, 500));
    expect(planOf(42, 500)).not.toEqual(planOf(43, 500));
  });

  it('has one of every kind sooner or later, and mostly orders on which all agree', () => {
    const plans = Array.from({ length: 30 }, (_, seed) => planOf(seed, 100));
    const planted = new Set(plans.flatMap(({ orders }) => orders.map((order) => order.planted)));
    expect(planted).toEqual(new Set([null, ...TYPES.filter((type) => !isLate(type))]));
    for (const { orders } of plans) {
      expect(orders).toHaveLength(100);
      expect(orders.filter((order) => order.planted === null).length).toBeGreaterThan(70);
    }
  });

  it('has what takes time only where time can be moved', () => {
    const planted = Array.from({ length: 30 }, (_, seed) => planOf(seed, 100, true)).flatMap(({ orders }) => orders);
    expect(new Set(planted.map((order) => order.planted))).toEqual(new Set([null, ...TYPES]));
  });
});
