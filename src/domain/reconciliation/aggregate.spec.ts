import fc from 'fast-check';
import { allocateLines, MOST_ORDERS_OF_A_LINE, type AggregateLine, type AggregateOrder } from './aggregate.js';
import { CENT, sizeOf } from './sums.js';

const line: AggregateLine = { statementId: 'stm_1', line: 2, grams: null, netUnits: 0n, taxUnits: 0n };
const ordersOf = (...nets: readonly bigint[]): readonly AggregateOrder[] =>
  nets.map((netUnits, index) => ({ orderId: `ord_${String(index).padStart(5, '0')}`, grams: 1_000n, netUnits }));
const allocated = (of: Partial<AggregateLine>, orders: readonly AggregateOrder[], taxRate: bigint | null = null) =>
  allocateLines([{ line: { ...line, ...of }, orders }], taxRate);
const typeOf = (...args: Parameters<typeof allocated>): string | undefined => allocated(...args).findings[0]?.type;

describe('a line for all orders of a project', () => {
  it('is theirs up to half a cent for each, and 5.00 for however many', () => {
    const three = ordersOf(1_000_000n, 1_000_000n, 1_000_000n);
    expect(typeOf({ netUnits: 3_015_000n }, three)).toBe('aggregate_allocated');
    expect(typeOf({ netUnits: 2_985_000n }, three)).toBe('aggregate_allocated');
    expect(typeOf({ netUnits: 3_015_001n }, three)).toBe('aggregate_differs');
    const many = ordersOf(...Array.from({ length: 2_000 }, () => 1_000_000n));
    expect(typeOf({ netUnits: 2_005_000_000n }, many)).toBe('aggregate_allocated');
    expect(typeOf({ netUnits: 2_005_000_001n }, many)).toBe('aggregate_differs');
  });

  it('is not theirs with another mass, with another tax, without orders, or with more of them than people can read', () => {
    const two = ordersOf(1_000_000n, 1_000_000n);
    expect(typeOf({ netUnits: 2_000_000n, grams: 2_000n }, two)).toBe('aggregate_allocated');
    expect(typeOf({ netUnits: 2_000_000n, grams: 2_001n }, two)).toBe('aggregate_differs');
    expect(typeOf({ netUnits: 2_000_000n, taxUnits: 410_000n }, two, 200_000n)).toBe('aggregate_allocated');
    expect(typeOf({ netUnits: 2_000_000n, taxUnits: 410_001n }, two, 200_000n)).toBe('aggregate_differs');
    expect(typeOf({ netUnits: 2_000_000n, taxUnits: 1n }, two)).toBe('aggregate_differs');
    expect(typeOf({}, [])).toBe('aggregate_differs');
    const most = ordersOf(...Array.from({ length: MOST_ORDERS_OF_A_LINE }, () => 1n));
    expect(typeOf({ netUnits: 10_000n }, most)).toBe('aggregate_allocated');
    expect(typeOf({ netUnits: 10_001n }, [...most, { orderId: 'ord_z', grams: 1n, netUnits: 1n }])).toBe(
      'aggregate_differs',
    );
  });

  it('gives what is left over to the first by id, and tax by what they cost', () => {
    const { parts } = allocated(
      { netUnits: 6_010_000n, taxUnits: 1_202_000n },
      ordersOf(1_000_000n, 2_000_000n, 3_000_000n),
      200_000n,
    );
    expect(parts.map(({ netUnits }) => netUnits)).toEqual([1_003_334n, 2_003_333n, 3_003_333n]);
    expect(parts.map(({ taxUnits }) => taxUnits)).toEqual([200_333n, 400_667n, 601_000n]);
  });

  it('is of no order that a line before it has', () => {
    const orders = ordersOf(1_000_000n, 1_000_000n);
    const first = { line: { ...line, netUnits: 2_000_000n }, orders };
    const { findings, parts } = allocateLines([first, { ...first, line: { ...first.line, line: 3 } }], null);
    expect(findings.map(({ type, subject }) => `${type} ${subject}`)).toEqual([
      'aggregate_allocated stm_1:2',
      'aggregate_differs stm_1:3',
    ]);
    expect(parts).toHaveLength(2);
  });

  it('comes to its parts, to the unit, each within a cent of what its order costs', () => {
    const nets = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        nets,
        fc.bigInt({ min: -5_000n, max: 5_000n }),
        fc.bigInt({ min: 0n, max: 10n ** 9n }),
        (of, off, tax) => {
          const orders = ordersOf(...of);
          const total = of.reduce((sum, each) => sum + each, 0n) + off * BigInt(of.length);
          const rate = total > 0n ? (tax * 1_000_000n) / total : 0n;
          const taxUnits = total > 0n ? (total * rate) / 1_000_000n : 0n;
          const { parts } = allocated({ netUnits: total, taxUnits, grams: 1_000n * BigInt(of.length) }, orders, rate);
          expect(parts).toHaveLength(of.length);
          expect(parts.reduce((sum, { netUnits }) => sum + netUnits, 0n)).toBe(total);
          expect(parts.reduce((sum, each) => sum + each.taxUnits, 0n)).toBe(taxUnits);
          parts.forEach(({ netUnits }, index) => expect(sizeOf(netUnits - of[index]!) <= CENT).toBe(true));
        },
      ),
    );
  });
});
