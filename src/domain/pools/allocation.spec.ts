import fc from 'fast-check';
import { moneyAmount } from '../ledger/units.js';
import { grams } from '../mass.js';
import { money, type Money } from '../money.js';
import type { Retirement } from '../providers/calls.js';
import { allocatePurchase, type RetiredPurchase } from './allocation.js';

const RETIREMENT: Retirement = {
  project: 'High Moor Peatland',
  registry: 'Verra',
  vintage: 2024,
  mass: grams(1_000_000),
  serialNumberRange: 'serials of the whole',
  url: 'https://registry.example/whole',
  transactionHash: null,
};

const bought = (more: Partial<RetiredPurchase> = {}): RetiredPurchase => ({
  mass: grams(1_000_000),
  total: money('21.60', 'GBP'),
  tax: money('3.60', 'GBP'),
  retirements: [],
  ...more,
});
const member = (mass: number, nth = 1) => ({ orderId: `ord_${nth}`, mass: grams(mass) });

const units = (amount: Money | null): bigint => (amount === null ? 0n : moneyAmount(amount).units);

describe('what a pool has bought', () => {
  it('is divided to the gram and the millionth, what nobody has included, however it is split', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 999_999 }), { minLength: 1, maxLength: 20 });
    const price = fc.bigInt({ min: 0n, max: 10n ** 12n }).map((micro) => money(String(micro), 'GBP').amount.div(1e6));
    fc.assert(
      fc.property(parts, price, price, (masses, net, tax) => {
        const mass = grams(Math.ceil(masses.reduce((sum, one) => sum + one, 0) / 1_000_000) * 1_000_000);
        const total = money(net.plus(tax), 'GBP');
        const { shares, left } = allocatePurchase(
          { mass, total, tax: money(tax, 'GBP'), retirements: [] },
          masses.map((one, nth) => member(one, nth)),
        );
        const sum = (of: (share: (typeof shares)[number]) => bigint) => shares.reduce((all, one) => all + of(one), 0n);
        return (
          masses.reduce((all, one) => all + one, left.grams) === mass &&
          sum(({ netUnits }) => netUnits) + left.netUnits === units(money(net, 'GBP')) &&
          shares.every((share) => units(share.total) - units(share.tax) === share.netUnits)
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('cannot be less than its members have', () => {
    expect(() => allocatePurchase(bought(), [member(600_000), member(400_001, 2)])).toThrow(RangeError);
  });

  it('has no tax to divide where none is stated', () => {
    const { shares, left } = allocatePurchase(bought({ tax: null }), [member(250_000)]);
    expect(shares[0]).toMatchObject({ tax: null, netUnits: 5_400_000n });
    expect(left).toEqual({ grams: 750_000, netUnits: 16_200_000n, taxUnits: 0n });
  });

  it('tells a member its part of each project, and no serial number or address of the whole', () => {
    const other = { ...RETIREMENT, project: 'Long Bay Wind', mass: grams(500_000) };
    const halves = bought({ retirements: [{ ...RETIREMENT, mass: grams(500_000) }, other] });
    const none = { serialNumberRange: null, url: null, transactionHash: null };
    expect(allocatePurchase(halves, [member(300_001)]).shares[0]?.retirements).toEqual([
      { ...RETIREMENT, ...none, mass: 150_001 },
      { ...other, ...none, mass: 150_000 },
    ]);
    const untold = bought({ retirements: [{ ...RETIREMENT, mass: null }] });
    expect(allocatePurchase(untold, [member(300_000)]).shares[0]?.retirements).toMatchObject([{ mass: 300_000 }]);
    const two = bought({ retirements: [{ ...RETIREMENT, mass: null }, other] });
    expect(allocatePurchase(two, [member(300_000)]).shares[0]?.retirements).toMatchObject([
      { mass: null },
      { mass: null },
    ]);
  });
});
