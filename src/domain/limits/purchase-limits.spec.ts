import { Decimal } from 'decimal.js';
import { grams } from '../mass.js';
import { exceededLimit, largestOrderUsd, NO_LIMITS, orDefaults, type PurchaseLimits } from './purchase-limits.js';

const TONNE = grams(1e6);
const usd = (amount: number): Decimal => new Decimal(amount);
const buyer = (tenant: Partial<PurchaseLimits>, key: Partial<PurchaseLimits> = {}) => ({
  tenant: { ...NO_LIMITS, ...tenant },
  key: { ...NO_LIMITS, ...key },
});

describe('limits on single orders', () => {
  it.each([
    ['none', buyer({}), null],
    ['exactly the mass', buyer({ orderMass: TONNE }), null],
    ['less mass', buyer({ orderMass: grams(999_999) }), { of: 'tenant', most: { mass: 999_999 } }],
    ['exactly the total', buyer({ orderUsd: usd(10) }), null],
    ['a smaller total', buyer({ orderUsd: usd(9.99) }), { of: 'tenant', most: { usd: usd(9.99) } }],
    ['less mass of the key', buyer({ orderMass: TONNE }, { orderMass: grams(1) }), { of: 'key', most: { mass: 1 } }],
    [
      'a larger one of the key',
      buyer({ orderUsd: usd(9) }, { orderUsd: usd(99) }),
      { of: 'tenant', most: { usd: usd(9) } },
    ],
  ])('of %s', (_, limits, exceeded) => {
    expect(exceededLimit({ mass: TONNE, usd: usd(10) }, limits)).toEqual(exceeded);
  });

  it('say nothing of a total that is not known', () => {
    expect(exceededLimit({ mass: TONNE, usd: null }, buyer({ orderUsd: usd(1) }))).toBeNull();
  });

  it('are as tight as the tighter of tenant and key', () => {
    expect(largestOrderUsd(buyer({ orderUsd: usd(9) }, { orderUsd: usd(8) }))).toEqual(usd(8));
    expect(largestOrderUsd(buyer({ orderUsd: usd(8) }, { orderUsd: usd(9) }))).toEqual(usd(8));
    expect(largestOrderUsd(buyer({}, { orderUsd: usd(9) }))).toEqual(usd(9));
    expect(largestOrderUsd(buyer({}))).toBeNull();
  });

  it('are the defaults where a tenant has none of its own, one by one', () => {
    const defaults = { orderMass: TONNE, orderUsd: usd(10), monthUsd: usd(100) };
    expect(orDefaults({ ...NO_LIMITS, orderUsd: usd(20) }, defaults)).toEqual({ ...defaults, orderUsd: usd(20) });
  });
});
