import { judgePayments, type PaidOrder, type Payment } from './payments.js';

const payment = (line: number, units: bigint): Payment => ({ statementId: 'stm_1', line, units, currency: 'USD' });
const order = (payments: readonly Payment[], more: Partial<PaidOrder> = {}): PaidOrder => ({
  orderId: 'ord_1',
  status: 'completed',
  price: { units: 5_000_000n, currency: 'USD' },
  payments,
  ...more,
});
const found = (...about: Parameters<typeof judgePayments>): readonly string[] =>
  judgePayments(...about).map(({ type, subject }) => `${type} ${subject}`);

describe('payments', () => {
  it('of payers are the price of what they have bought, to the cent, however many they are', () => {
    expect(found([order([payment(2, 5_000_000n)])], [])).toEqual([]);
    expect(found([order([payment(2, 4_990_000n)])], [])).toEqual([]);
    expect(found([order([payment(2, 3_000_000n), payment(3, 2_000_000n)])], [])).toEqual([]);
    expect(found([order([payment(2, 4_980_000n)])], [])).toEqual(['payment_unmatched stm_1:2']);
    expect(found([order([payment(2, 5_000_000n), payment(3, 5_000_000n)])], [])).toEqual(['payment_unmatched stm_1:3']);
  });

  it('for what was not bought are nothing that is open, unless they were given back', () => {
    const undone = { status: 'cancelled' } as const;
    expect(found([order([payment(2, 5_000_000n)], undone)], [])).toEqual(['payment_unmatched stm_1:2']);
    expect(found([order([payment(2, 5_000_000n), payment(3, -5_000_000n)], undone)], [])).toEqual([]);
  });

  it('say nothing where an order is in doubt, or nobody told its price: that is said already', () => {
    expect(found([order([payment(2, 1n)], { status: 'in_doubt' })], [])).toEqual([]);
    expect(found([order([payment(2, 1n)], { price: null })], [])).toEqual([]);
  });

  it('in another currency than the price are told with both', () => {
    const [first] = judgePayments([order([{ ...payment(2, 5_000_000n), currency: 'EUR' }])], []);
    expect(first?.facts).toContainEqual({ field: 'currency', ours: 'USD', theirs: 'EUR', line: 'stm_1:2' });
  });

  it('of an account are no more than it owes, the oldest first', () => {
    const payments = [payment(2, 6_000_000n), payment(3, 5_000_000n), payment(4, 4_000_000n)];
    expect(found([], [{ owedUnits: 10_000_000n, payments }])).toEqual(['payment_unmatched stm_1:3']);
    expect(found([], [{ owedUnits: 15_000_000n, payments }])).toEqual([]);
    expect(found([], [{ owedUnits: 0n, payments }])).toHaveLength(3);
  });
});
