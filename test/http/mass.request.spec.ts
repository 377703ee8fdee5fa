import fc from 'fast-check';
import { MAX_GRAMS } from '../../src/domain/mass.js';
import { gramsFrom, MassRequest } from '../../src/http/values/mass.request.js';
import { HttpProblem } from '../../src/http/problems/http-problem.js';
import { readRequest } from './read-request.js';

const gramsOf = async (value: unknown, unit: unknown): Promise<number> =>
  gramsFrom(await readRequest(MassRequest, { value, unit }));

describe('a mass in a request', () => {
  it.each([
    ['12.5', 'kg', 12_500],
    ['1', 'g', 1],
    ['0.000001', 't', 1],
    ['1000000000', 't', MAX_GRAMS],
    ['1000000000000000', 'g', MAX_GRAMS],
    ['012.500', 'kg', 12_500],
    ['1.000000000', 'g', 1],
    [12.5, 'kg', 12_500],
    [0.1, 't', 100_000],
    [1e3, 'kg', 1_000_000],
    [1e-6, 't', 1],
    [123456789012345, 'g', 123456789012345],
  ])('reads %j %s as %d grams', async (value, unit, expected) => {
    expect(await gramsOf(value, unit)).toBe(expected);
  });

  it.each([
    ['zero', '0', 'kg'],
    ['zero with decimals', '0.000', 'kg'],
    ['less than zero', '-1', 'kg'],
    ['a number less than zero', -1, 'kg'],
    ['minus zero', -0, 'kg'],
    ['a part of a gram', '0.5', 'g'],
    ['a part of a gram in kilograms', '1.0005', 'kg'],
    ['thirteen decimals', '1.0000000000001', 't'],
    ['a part of a gram beyond what decimals are rounded to', '100000000000.000000001', 'g'],
    ['more than a billion tonnes', '1000000000.000001', 't'],
    ['far too much', '9'.repeat(200), 't'],
    ['a number with more digits than a double keeps', 0.1 + 0.2, 'kg'],
    ['sixteen digits', 1234567890123456, 'g'],
    ['a huge number', 1e300, 'g'],
    ['infinity', Infinity, 'kg'],
    ['not a number', NaN, 'kg'],
    ['an exponent', '1e3', 'kg'],
    ['hexadecimal', '0x10', 'kg'],
    ['a sign', '+1', 'kg'],
    ['a comma', '1,5', 'kg'],
    ['spaces', ' 1 ', 'kg'],
    ['other digits', '١', 'kg'],
    ['an empty text', '', 'kg'],
    ['a list', ['1'], 'kg'],
    ['an object', {}, 'kg'],
    ['a flag', true, 'kg'],
    ['null', null, 'kg'],
    ['another unit', '1', 'lb'],
    ['a unit in capitals', '1', 'KG'],
    ['no unit', '1', undefined],
    ['a list of units', '1', ['kg']],
  ])('may not be %s', async (_, value, unit) => {
    await expect(gramsOf(value, unit)).rejects.toThrow(HttpProblem);
  });

  it('means the same as a text and as a number with few enough digits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e12 }), async (mass) => {
        expect(await gramsOf(mass / 1_000, 'kg')).toBe(mass);
        expect(await gramsOf((mass / 1_000).toFixed(3), 'kg')).toBe(mass);
      }),
    );
  });
});
