import { Decimal } from 'decimal.js';
import { money } from '../money.js';
import { ORDER_STATUSES, type OrderStatus } from '../orders/lifecycle.js';
import type { PriceSource } from '../orders/order.js';
import { reservationFor, spendingOf } from './spending.js';

const RATE = new Decimal('1.25');
const RESERVED = reservationFor(money('8', 'GBP'), RATE);

const counted = (status: OrderStatus, price: [string, PriceSource] | null): string | undefined =>
  spendingOf({
    status,
    price: price && { total: money(price[0], 'GBP'), source: price[1] },
    spending: RESERVED,
  })?.usd.toFixed();

describe('what an order counts', () => {
  it.each(ORDER_STATUSES)(
    'is released when it has ended without credits and without a charge, else kept: %s',
    (status) => {
      const hasEnded = status === 'failed' || status === 'cancelled' || status === 'expired';
      expect(counted(status, null)).toBe(hasEnded ? '0' : '10');
      expect(counted(status, ['16', 'quoted'])).toBe(hasEnded ? '0' : '20');
      expect(counted(status, ['16', 'computed'])).toBe(hasEnded ? '0' : '20');
      expect(counted(status, ['16', 'charged'])).toBe('20');
    },
  );

  it('is nothing where its payer pays', () => {
    expect(spendingOf({ status: 'placed', price: null, spending: null })).toBeNull();
  });
});
