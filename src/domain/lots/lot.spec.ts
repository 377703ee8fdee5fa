import fc from 'fast-check';
import { capacityOf, lotFromSerial, lotFromTransaction, nameOfLot, registryName } from './lot.js';

const verra = (first: bigint, last: bigint, block = '5212'): string =>
  `${block}-${first}-${last}-VCS-VCU-003-VER-US-14-1748-01012020-31122020-1`;
const goldStandard = (first: bigint, last: bigint): string => `GS1-1-KE-GS5642-16-2019-22342-${first}-${last}`;

const aNumber = fc.bigInt({ min: 0n, max: 999_999_999_999n });
const aRange = fc.tuple(aNumber, aNumber).map(([a, b]) => (a < b ? ([a, b] as const) : ([b, a] as const)));

describe('serial numbers', () => {
  it.each([
    ['verra', verra(101n, 200n), { block: '5212-VCS-VCU-003-VER-US-14-1748-01012020-31122020-1', project: '1748' }],
    [
      'verra',
      '0001-000101-000200-VCU-003-VER-US-0003-01012020-31122020-0',
      { block: '0001-VCU-003-VER-US-0003-01012020-31122020-0', project: '3' },
    ],
    ['gold_standard', goldStandard(101n, 200n), { block: 'GS1-1-KE-GS5642-16-2019-22342', project: 'GS5642' }],
  ])('of %s are read: %s', (registry, serial, { block, project }) => {
    const lot = lotFromSerial(` ${serial.toLowerCase()} `, null);
    expect(lot).toEqual({ registry, block, span: { first: 101n, last: 200n }, registryProjectId: project });
    expect(capacityOf(lot!, 7)).toBe(100_000_000n);
  });

  it.each([
    ['a range that ends before it begins', verra(200n, 101n)],
    ['two ranges', `${verra(1n, 2n)}, ${verra(3n, 4n)}`],
    ['another registry', 'CAR-1-US-293-1-120-CA-2006-102-1 to 29251'],
    ['a number too long to count with', `1-${'9'.repeat(13)}-${'9'.repeat(14)}-VCU-003-VER-US-1-01012020-31122020-0`],
  ])('are one lot, as told, where they are %s', (_, serial) => {
    const lot = lotFromSerial(serial, 'Climate Action Reserve');
    expect(lot).toMatchObject({ registry: 'climate_action_reserve', block: serial.toUpperCase(), span: null });
    expect([capacityOf(lot!, 7), capacityOf(lot!, null)]).toEqual([7n, null]);
  });

  it('name a lot for as many tonnes as there are numbers, whichever registry', () => {
    fc.assert(
      fc.property(aRange, fc.constantFrom(verra, goldStandard), ([first, last], write) => {
        const lot = lotFromSerial(write(first, last), null);
        expect(lot?.span).toEqual({ first, last });
        expect(capacityOf(lot!, null)).toBe((last - first + 1n) * 1_000_000n);
      }),
    );
  });

  it('are the same lot exactly where they are the same range of one block', () => {
    fc.assert(
      fc.property(aRange, aRange, fc.constantFrom('1', '2'), fc.constantFrom('1', '2'), (a, b, blockA, blockB) => {
        const [one, other] = [lotFromSerial(verra(...a, blockA), null)!, lotFromSerial(verra(...b, blockB), null)!];
        const isSame = a[0] === b[0] && a[1] === b[1] && blockA === blockB;
        expect(nameOfLot(one) === nameOfLot(other)).toBe(isSame);
      }),
    );
  });

  it('are read from any text without a failure, and none is read from an empty one or one that is too long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), fc.option(fc.string()), (text, registry) => {
        const lot = lotFromSerial(text, registry);
        const length = text.trim().replaceAll(/\s+/g, ' ').toUpperCase().length;
        expect(lot === null).toBe(length === 0 || length > 400);
        expect(registryName(registry)).toMatch(/^[\p{L}\p{N}_]+$/u);
      }),
    );
  });
});

describe('a transaction', () => {
  it('is one lot, however it is written', () => {
    const hash = `0x${'ab'.repeat(32)}`;
    expect(lotFromTransaction(hash)).toEqual(lotFromTransaction(hash.toUpperCase()));
    expect(lotFromTransaction(hash)).toMatchObject({ registry: 'on_chain', span: null });
  });
});
