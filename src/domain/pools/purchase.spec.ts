import { grams } from '../mass.js';
import { money } from '../money.js';
import { fateOf, type FailedPurchase, type Fate } from './purchase.js';

const member = (tries: number, most: string | null = null) => ({
  orderId: 'ord_1',
  mass: grams(300_000),
  maxTotal: most === null ? null : money(most, 'GBP'),
  tries,
});

const failed = (more: Partial<FailedPurchase> = {}): FailedPurchase => ({
  status: 'failed',
  reason: 'insufficient_supply',
  detail: 'The provider has less left.',
  mass: grams(1_000_000),
  total: null,
  ...more,
});
const tooDear = failed({ reason: 'price_above_limit', total: money('24', 'GBP') });

describe('a member whose pool has bought nothing', () => {
  it.each<[string, ReturnType<typeof member>, FailedPurchase, Fate['do'], number | undefined]>([
    ['goes to the next pool', member(1), failed(), 'return', 2],
    ['and the third', member(2), failed(), 'return', 3],
    ['but to no fourth', member(3), failed(), 'fail', undefined],
    [
      'unless a person has cancelled what was bought',
      member(3),
      failed({ status: 'cancelled', reason: null }),
      'return',
      3,
    ],
    ['ends if it allows less than the price', member(1, '7.199999'), tooDear, 'fail', undefined],
    ['goes on if it allows just that', member(3, '7.20'), tooDear, 'return', 3],
    ['goes on if it allows anything', member(3), tooDear, 'return', 3],
  ])('%s', (_, of, purchase, does, tries) => {
    const fate = fateOf(of, purchase);
    expect([fate.do, fate.do === 'return' ? fate.tries : undefined]).toEqual([does, tries]);
  });

  it('is told why it ends', () => {
    expect(fateOf(member(1, '7'), tooDear)).toMatchObject({
      reason: 'price_above_limit',
      detail: 'In its pool, 300 kg would cost 7.20 GBP, more than the 7.00 GBP that this order may cost.',
    });
    expect(fateOf(member(3), failed())).toEqual({
      do: 'fail',
      reason: 'insufficient_supply',
      detail: 'What its pools have ordered has failed: The provider has less left.',
    });
  });
});
