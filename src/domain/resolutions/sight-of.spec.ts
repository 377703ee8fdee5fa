import { anOrder, aPurchase } from '../../../test/support/order-state.js';
import { grams } from '../mass.js';
import { money } from '../money.js';
import { isPaid, sameDifferences, sightOfPurchase, worstSight } from './sight-of.js';

describe('what is seen of a purchase', () => {
  it('is the order’s own, one that does not say whose it is, or another than was ordered', () => {
    expect(sightOfPurchase(anOrder(), aPurchase())).toBe('found');
    expect(sightOfPurchase(anOrder(), aPurchase({ orderReference: null }))).toBe('without_reference');
    expect(sightOfPurchase(anOrder(), aPurchase({ orderReference: 'ord_2' }))).toBe('differs');
    expect(sightOfPurchase(anOrder(), aPurchase({ orderReference: null, mass: grams(1) }))).toBe('differs');
  });

  it('is a payment once there is a price and it is not awaited any more', () => {
    const price = money('1', 'USD');
    expect(isPaid(aPurchase({ price }))).toBe(true);
    expect(isPaid(aPurchase({ price: null }))).toBe(false);
    expect(isPaid(aPurchase({ price, status: 'awaiting_payment' }))).toBe(false);
  });

  it('is the worst of several, and nothing of none', () => {
    expect(worstSight([])).toBe('not_read');
    expect(worstSight(['absent', 'found', 'unpaid'])).toBe('found');
    expect(worstSight(['unpaid', 'open'])).toBe('open');
    expect(worstSight(['cancelled', 'absent'])).toBe('absent');
    expect(worstSight(['unavailable', 'unpaid'])).toBe('unavailable');
  });

  it('differs as before in whatever order the differences are told', () => {
    const [mass, price] = [
      { field: 'mass', ours: '1 g', theirs: '2 g' },
      { field: 'price', ours: '1', theirs: '2' },
    ] as const;
    expect(sameDifferences([mass, price], [price, mass])).toBe(true);
    expect(sameDifferences([mass], [mass, price])).toBe(false);
    expect(sameDifferences([mass], [{ ...mass, theirs: '3 g' }])).toBe(false);
  });
});
