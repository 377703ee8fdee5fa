import fc from 'fast-check';
import { anyHistory, type PastEvent } from '../../../test/support/any-change.js';
import { at } from '../../../test/support/order-state.js';
import { grams } from '../mass.js';
import { money, type Currency } from '../money.js';
import { ACCOUNTS } from './accounts.js';
import { Balances } from './balances.js';
import { brokenInvariants } from './invariants.js';
import { postOrder, type LedgerEvent, type LedgerOrder, type Posting } from './post-order.js';
import { MASS, moneyAmount } from './units.js';

/** As the poster reads it. */
const toLedgerEvent = ({ event, sequence, order, at: occurredAt }: PastEvent): LedgerEvent => ({
  sequence,
  status: event.to,
  price: order.price && { total: order.price.total, tax: order.priceTax },
  providerRetiredAt: order.providerRetiredAt,
  occurredAt,
});

const everyHistory = (
  holds: (history: readonly PastEvent[], order: LedgerOrder, postings: readonly Posting[]) => void,
) =>
  fc.assert(
    fc.property(anyHistory, (history) => {
      const [past] = history;
      if (past) holds(history, past.order, postOrder(past.order, history.map(toLedgerEvent)));
    }),
    { numRuns: 1_000 },
  );

describe('what any history of an order posts', () => {
  it('moves more than nothing between two accounts that hold such a thing', () => {
    everyHistory((_, __, postings) => {
      for (const { debit, credit, asset, units } of postings) {
        expect(units > 0n).toBe(true);
        expect(debit).not.toBe(credit);
        for (const account of [debit, credit]) expect(ACCOUNTS[account].holds).toBe(asset === MASS ? 'mass' : 'money');
      }
    });
  });

  it('keeps every invariant after each event', () => {
    everyHistory((history, order, postings) => {
      for (const { sequence } of history)
        expect(
          brokenInvariants(
            order,
            postings.filter((posting) => posting.sequence <= sequence),
            [],
          ),
        ).toEqual([]);
    });
  });

  it('stays what it was when the history goes on', () => {
    everyHistory((history, order, postings) => {
      const events = history.map(toLedgerEvent);
      for (let count = 0; count <= events.length; count += 1) {
        const last = events[count - 1]?.sequence ?? 0;
        expect(postOrder(order, events.slice(0, count))).toEqual(postings.filter(({ sequence }) => sequence <= last));
      }
    });
  });

  it('has a name for each posting that no other has', () => {
    everyHistory((_, __, postings) => {
      const names = postings.map(({ sequence, leg }) => `${sequence}.${leg}`);
      expect(new Set(names).size).toBe(names.length);
    });
  });

  it('is dated no later than it became known, and retired no earlier than bought', () => {
    everyHistory((history, _, postings) => {
      const [bought, retired] = ['commit', 'recognise'].map((rule) =>
        postings.find((posting) => posting.rule === rule),
      );
      if (bought && retired) expect(retired.effectiveAt >= bought.effectiveAt).toBe(true);
      for (const { sequence, effectiveAt } of postings)
        expect(effectiveAt <= history.find((past) => past.sequence === sequence)!.at).toBe(true);
    });
  });

  it('says of mass and money what the order says in the end', () => {
    everyHistory((history, { orderedMass, paymentMethod }, postings) => {
      const { order } = history.at(-1)!;
      const isRetired = order.status === 'retired' || order.status === 'completed';
      const isOnOrder = order.status === 'placed' || order.status === 'accepted';
      const balances = Balances.of(postings);
      const mass = BigInt(orderedMass);
      expect(balances.get('retired', MASS)).toBe(isRetired ? mass : 0n);
      expect(balances.get('on_order', MASS)).toBe(isOnOrder ? mass : 0n);

      const told = order.price && moneyAmount(order.price.total);
      const { asset, units: gross } = told ?? { asset: 'USD/6', units: 0n };
      const net = gross - (order.priceTax ? moneyAmount(order.priceTax).units : 0n);
      const onAccount = paymentMethod === 'account';
      expect(balances.get('expense', asset)).toBe(isRetired && onAccount ? net : 0n);
      expect(balances.get('clearing', asset)).toBe(isRetired && onAccount ? -net : 0n);
      expect(balances.get('commitment', asset)).toBe(isOnOrder && onAccount ? net : 0n);
      expect(balances.get('customer_paid', asset)).toBe(isRetired && !onAccount ? gross : 0n);
      // Nothing is left in a currency that the price was in before.
      for (const balance of balances.list()) if (balance.asset !== MASS) expect(balance.asset).toBe(asset);
    });
  });
});

const ORDER: LedgerOrder = { paymentMethod: 'account', orderedMass: grams(5_000), poolRole: null };

let sequence = 0;
const event = (status: LedgerEvent['status'], more: Partial<LedgerEvent> = {}): LedgerEvent => {
  sequence += 1;
  return { sequence, status, price: null, providerRetiredAt: null, occurredAt: at(sequence * 1_000), ...more };
};
beforeEach(() => (sequence = 0));

const price = (total: string, tax: string | null = null, currency: Currency = 'USD') => ({
  price: { total: money(total, currency), tax: tax === null ? null : money(tax, currency) },
});

const posted = (events: readonly LedgerEvent[], order = ORDER): readonly string[] =>
  postOrder(order, events).map(
    ({ sequence: of, leg, rule, debit, credit, asset, units }) =>
      `${of}.${leg} ${rule}: ${debit} from ${credit} ${units} ${asset}`,
  );

describe('an order on account', () => {
  it('is committed when it is bought and recognised when it is retired, net of tax', () => {
    expect(
      posted([event('created'), event('placed', price('12', '2', 'GBP')), event('accepted'), event('retired')]),
    ).toEqual([
      '2.1 commit: on_order from provider 5000 CO2E/0',
      '2.2 commit: commitment from commitment_contra 10000000 GBP/6',
      '4.1 recognise: retired from on_order 5000 CO2E/0',
      '4.2 recognise: commitment_contra from commitment 10000000 GBP/6',
      '4.3 recognise: expense from clearing 10000000 GBP/6',
    ]);
  });

  it('posts both at once where it is first seen completed, dated by its provider', () => {
    const events = [event('created'), event('completed', { ...price('2'), providerRetiredAt: at(500) })];
    expect(posted(events)).toHaveLength(5);
    expect(postOrder(ORDER, events).map(({ effectiveAt }) => effectiveAt)).toEqual(
      Array.from({ length: 5 }, () => at(500)),
    );
  });

  it('is not retired before it is bought, whatever the clock of its provider says', () => {
    const events = [event('placed', price('2')), event('retired', { providerRetiredAt: at(0) })];
    expect(postOrder(ORDER, events).at(-1)?.effectiveAt).toEqual(at(1_000));
  });

  it('posts by how much another price differs, up and down, before and after the retirement', () => {
    const events = [
      event('placed', price('2')),
      event('accepted', price('2.50')),
      event('retired', price('2.40')),
      event('completed', price('2.41', '0.01')),
      event('completed', price('2.41', '0.02')),
    ];
    expect(posted(events).filter((line) => line.includes('reprice'))).toEqual([
      '2.1 reprice_order: commitment from commitment_contra 500000 USD/6',
      '3.1 reprice_order: commitment_contra from commitment 100000 USD/6',
      '5.1 reprice_retired: clearing from expense 10000 USD/6',
    ]);
  });

  it('posts the whole price when it is known at last', () => {
    expect(posted([event('placed'), event('retired'), event('completed', price('2'))])).toEqual([
      '1.1 commit: on_order from provider 5000 CO2E/0',
      '2.1 recognise: retired from on_order 5000 CO2E/0',
      '3.1 reprice_retired: expense from clearing 2000000 USD/6',
    ]);
  });

  it('takes back one currency and posts another', () => {
    expect(posted([event('placed', price('2')), event('placed', price('1.50', null, 'GBP'))]).slice(2)).toEqual([
      '2.1 reprice_order: commitment_contra from commitment 2000000 USD/6',
      '2.2 reprice_order: commitment from commitment_contra 1500000 GBP/6',
    ]);
  });

  it('is undone when it is cancelled, and then another price is nothing to it', () => {
    expect(posted([event('placed', price('2')), event('cancelled'), event('cancelled', price('3'))]).slice(2)).toEqual([
      '2.1 undo: provider from on_order 5000 CO2E/0',
      '2.2 undo: commitment_contra from commitment 2000000 USD/6',
    ]);
  });

  it('posts nothing where it was never bought', () => {
    const events = [event('created'), event('submitting', price('2')), event('in_doubt'), event('failed')];
    expect(posted(events)).toEqual([]);
  });
});

describe('an order whose payer pays', () => {
  it('moves mass, and tells what was paid beside the books', () => {
    const events = [
      event('awaiting_payment', price('12', '2', 'GBP')),
      event('placed'),
      event('completed', price('13', '2', 'GBP')),
    ];
    expect(posted(events, { ...ORDER, paymentMethod: 'checkout' })).toEqual([
      '2.1 commit: on_order from provider 5000 CO2E/0',
      '3.1 recognise: retired from on_order 5000 CO2E/0',
      '3.2 recognise: customer_paid from customer_paid_contra 13000000 GBP/6',
    ]);
  });

  it('of a pool takes what it has bought, and its members theirs of it', () => {
    const purchase: LedgerOrder = { ...ORDER, poolRole: 'purchase' };
    expect(posted([event('placed', price('12.00', '2.00', 'GBP')), event('retired')], purchase)).toEqual([
      '1.1 commit: on_order from provider 5000 CO2E/0',
      '1.2 commit: commitment from commitment_contra 10000000 GBP/6',
      '2.1 pool_retire: pool from on_order 5000 CO2E/0',
      '2.2 pool_retire: commitment_contra from commitment 10000000 GBP/6',
      '2.3 pool_retire: pool_cost from clearing 10000000 GBP/6',
    ]);
    sequence = 0;
    const later = [event('completed', price('12.00', '2.00', 'GBP')), event(null, price('13.00', '2.00', 'GBP'))];
    expect(posted(later, purchase).at(-1)).toBe('2.1 reprice_pool: pool_cost from clearing 1000000 GBP/6');
    sequence = 0;
    const member: LedgerOrder = { ...ORDER, poolRole: 'member' };
    expect(
      posted([event('created'), event('retired', price('12.00', '2.00', 'GBP')), event('completed')], member),
    ).toEqual([
      '2.1 pool_allocate: retired from pool 5000 CO2E/0',
      '2.2 pool_allocate: expense from pool_cost 10000000 GBP/6',
    ]);
    sequence = 0;
    expect(posted([event('created'), event('cancelled')], member)).toEqual([]);
  });
});
