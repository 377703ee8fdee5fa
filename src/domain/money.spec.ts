import fc from 'fast-check';
import { agrees, amountOf, InvalidMoneyError, isMoreThan, money, moneyFromJson } from './money.js';

describe('money', () => {
  it.each([
    ['2', '2.00'],
    ['2.5', '2.50'],
    ['0.016', '0.016'],
    ['0', '0.00'],
    ['0.1234567', '0.123457'],
    ['9007199254740993.01', '9007199254740993.01'],
  ])('writes %s as %s', (amount, written) => {
    expect(amountOf(money(amount, 'USD'))).toBe(written);
  });

  it('adds no error of its own: 0.1 + 0.2 agrees with 0.3 exactly', () => {
    const sum = money(money('0.1', 'USD').amount.plus('0.2'), 'USD');
    expect(agrees(sum, money('0.3', 'USD'), 0)).toBe(true);
  });

  it.each(['-1', '1e2', '1.0000001', '', ' 1', 'NaN', '1,00', '99999999999999'])('refuses %p', (amount) => {
    expect(() => moneyFromJson(amount, 'USD')).toThrow(/must be/);
  });

  it.each(['0', '12.5', '0.123456', '9999999999999'])('reads %p', (amount) => {
    expect(moneyFromJson(amount, 'EUR')).toEqual(money(amount, 'EUR'));
  });

  it.each([-0.01, NaN, Infinity])('is never %p', (amount) => {
    expect(() => money(amount, 'USD')).toThrow(InvalidMoneyError);
  });

  it('is more than another only above it', () => {
    const isMoreThanTwo = (amount: string): boolean => isMoreThan(money(amount, 'USD'), money(2, 'USD'));
    expect(['1.99', '2', '2.01'].map(isMoreThanTwo)).toEqual([false, false, true]);
  });

  it('never compares across currencies', () => {
    expect(agrees(money(1, 'USD'), money(1, 'GBP'), 100)).toBe(false);
    expect(() => isMoreThan(money(1, 'USD'), money(1, 'GBP'))).toThrow('different currencies');
  });

  it('agrees up to and including the tolerance', () => {
    expect(agrees(money('2.01', 'USD'), money('2.00', 'USD'), '0.01')).toBe(true);
    expect(agrees(money('2.011', 'USD'), money('2.00', 'USD'), '0.01')).toBe(false);
  });

  describe('of any amount', () => {
    /** Millionths: what a whole number says exactly. */
    const millionths = fc.bigInt({ min: 0n, max: 9_999_999_999_999_999_999n });
    const text = (n: bigint): string => `${n / 1_000_000n}.${String(n % 1_000_000n).padStart(6, '0')}`;
    const usd = (n: bigint) => moneyFromJson(text(n), 'USD');

    it('is read and written without loss', () => {
      fc.assert(
        fc.property(millionths, (n) => {
          const written = amountOf(usd(n));
          expect(written).toMatch(/^\d+\.\d{2,6}$/);
          expect(moneyFromJson(written, 'USD').amount.times(1_000_000).toFixed()).toBe(String(n));
        }),
      );
    });

    it('compares as whole numbers do', () => {
      fc.assert(
        fc.property(millionths, millionths, (a, b) => {
          expect(isMoreThan(usd(a), usd(b))).toBe(a > b);
        }),
      );
    });

    it('agrees with what is as near as the tolerance, whichever is more, and with nothing else', () => {
      const near = fc.bigInt({ min: 0n, max: 20_000n });
      fc.assert(
        fc.property(millionths, near, near, (a, distance, tolerance) => {
          const [left, right] = [usd(a), money(usd(a).amount.plus(text(distance)), 'USD')];
          for (const [one, other] of [
            [left, right],
            [right, left],
          ] as const)
            expect(agrees(one, other, text(tolerance))).toBe(distance <= tolerance);
        }),
      );
    });
  });
});
