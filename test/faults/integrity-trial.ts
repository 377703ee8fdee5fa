import { offeringId } from '../../src/application/catalog/offering-id.js';
import { AppError } from '../../src/domain/errors.js';
import { money } from '../../src/domain/money.js';
import type { Order } from '../../src/domain/orders/order.js';
import type { ProviderId } from '../../src/domain/providers/calls.js';
import type { Fault, FaultMatch, LedgerEntry } from '../../dev/sandbox/index.js';
import type { OrderToPlace, TestEngine } from '../support/engine.js';

export type Where = 'cnaught' | 'carbonmark' | 'one_tribe';

export const offeringOf = (provider: Where, providerOfferingId: string): string =>
  offeringId({ provider: provider as ProviderId, providerOfferingId });

/** One order at each provider, with a limit, so that its price is known before it is bought. No tax on any of them. */
const ORDERS: Readonly<Record<Where, OrderToPlace>> = {
  cnaught: { provider: 'cnaught', grams: 100_000, maxTotal: money(50, 'USD') },
  carbonmark: {
    offeringId: offeringOf('carbonmark', `listing-137-0x${'a1'.repeat(32)}`),
    grams: 500_000,
    maxTotal: money(50, 'USD'),
  },
  one_tribe: { offeringId: offeringOf('one_tribe', 'sbx-kelp-03'), grams: 2_000_000, maxTotal: money(500, 'GBP') },
};

const FIRST_STEP_MS = 5_000;
const MAX_STEP_MS = 3_600_000;

/** One engine, on which one order after the other is played. */
export class Trial {
  constructor(readonly engine: TestEngine) {}

  simulator(where: Where) {
    return this.engine.simulators[where];
  }

  /** Everything that has been bought, for any reference whatever. */
  bought(where: Where): readonly LedgerEntry[] {
    return this.simulator(where).purchases();
  }

  /** Places an order and waits for its first step; one that is refused is read as it ended. */
  place(where: Where, more: Partial<OrderToPlace> = {}): Promise<Order> {
    return this.order({ ...ORDERS[where], allowDuplicate: true, ...more });
  }

  protected order(wanted: OrderToPlace): Promise<Order> {
    return this.engine.place(wanted).catch((thrown: unknown) => {
      if (thrown instanceof AppError && thrown.context.orderId !== undefined)
        return this.engine.order(thrown.context.orderId);
      throw thrown;
    });
  }

  checkout(where: Where): Promise<Order> {
    const terms = { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/back' };
    return this.place(where, { paymentMethod: 'checkout', grams: 500_000, terms });
  }

  fault(where: Where, match: FaultMatch, fault: Fault, times: number | 'always' = 'always'): void {
    this.simulator(where).faults.add({ match, fault, times });
  }

  /** How many responses the faults have changed so far. */
  faulted(where: Where): number {
    return this.simulator(where)
      .faults.list()
      .reduce((sum, { used }) => sum + used, 0);
  }

  heal(): void {
    for (const { faults } of Object.values(this.engine.simulators)) faults.clear();
  }

  /** Lets time pass, in growing steps, until the order has arrived; returns it as it is after a few hours if not. */
  async until(id: string, arrived: (order: Order) => boolean): Promise<Order> {
    for (let stepMs = FIRST_STEP_MS; ; stepMs *= 2) {
      await this.engine.runDue();
      const order = await this.engine.order(id);
      if (arrived(order) || stepMs > 2 * MAX_STEP_MS) return order;
      await this.engine.letTimePass(Math.min(stepMs, MAX_STEP_MS));
    }
  }

  /** The payer pays at the hosted checkout, and the browser comes back unless the tab is closed. */
  async pay(where: 'cnaught' | 'carbonmark', order: Order, comesBack: boolean): Promise<void> {
    const page = order.checkout?.url.split('/').at(-1) ?? 'no page';
    const back = this.engine.sandbox[where].checkouts.pay(page);
    if (comesBack) await this.engine.comeBack(back);
  }

  /** Fails when an open order has no task. Afterwards none is attended to any more, and the providers are as new. */
  async clear(): Promise<void> {
    expect(await this.engine.lostOrders()).toBe(0);
    await this.engine.forget();
    for (const simulator of Object.values(this.engine.simulators)) simulator.reset();
  }
}
