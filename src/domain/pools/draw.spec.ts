import fc from 'fast-check';
import { moneyAmount } from '../ledger/units.js';
import { grams } from '../mass.js';
import { money } from '../money.js';
import type { RetiredPurchase } from './allocation.js';
import { drawFrom, type WaitingMember } from './draw.js';

const LEFT: RetiredPurchase = {
  mass: grams(700_000),
  total: money('15.12', 'GBP'),
  tax: money('2.52', 'GBP'),
  retirements: [],
};
const waiting = (orderId: string, mass: number, limit: string | null = null): WaitingMember => ({
  orderId,
  mass: grams(mass),
  maxTotal: limit === null ? null : money(limit, 'GBP'),
});

describe('what is left of a pool', () => {
  it('goes to whoever fits into it, in their order, each with all of its mass', () => {
    const drawn = drawFrom(LEFT, [
      waiting('a', 300_000),
      waiting('b', 450_000),
      waiting('c', 400_000),
      waiting('d', 1),
    ]);
    expect(drawn?.shares.map(({ orderId, total }) => [orderId, total.amount.toFixed()])).toEqual([
      ['a', '6.48'],
      ['c', '8.64'],
    ]);
    expect(drawn?.left).toEqual({ grams: 0, netUnits: 0n, taxUnits: 0n });
  });

  it('goes to nobody for whom it is too large, too dear, or in another currency', () => {
    expect(drawFrom(LEFT, [waiting('a', 700_001), waiting('b', 300_000, '6.479999')])).toBeNull();
    expect(drawFrom(LEFT, [{ ...waiting('a', 1), maxTotal: money('9.00', 'USD') }])).toBeNull();
    expect(drawFrom(LEFT, [waiting('b', 300_000, '6.48')])?.shares).toHaveLength(1);
  });

  it('adds up, and costs nobody more than they allow', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 700_000 }), fc.integer({ min: 0, max: 16_000_000 })), {
          maxLength: 20,
        }),
        (wanted) => {
          const members = wanted.map(([mass, limit], nth) => waiting(String(nth), mass, (limit / 1e6).toFixed(6)));
          const drawn = drawFrom(LEFT, members);
          if (drawn === null) return;
          const units = drawn.shares.map(({ total }) => moneyAmount(total).units);
          const left = drawn.left.netUnits + drawn.left.taxUnits;
          expect(units.reduce((sum, one) => sum + one, left)).toBe(15_120_000n);
          for (const [nth, { orderId }] of drawn.shares.entries())
            expect(units[nth]).toBeLessThanOrEqual(wanted[Number(orderId)]?.[1] ?? 0);
        },
      ),
    );
  });
});
