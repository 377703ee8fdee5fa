import type { Order } from '../../src/domain/orders/order.js';
import type { Fault } from '../../dev/sandbox/index.js';
import { TestEngine, type OrderToPlace } from '../support/engine.js';
import { Psql, type Row, type Shown } from './psql.js';
import { responseTo, type Values } from './runbook-commands.js';
import { RunbookDocument, type Statement } from './runbook-document.js';

/** What an act leaves in the order's history. */
export const BY_HAND = { who: "Ann O'Neill", why: 'seen at the provider' };

/** A person with the runbook, psql and curl, and the engine whose orders are in trouble. */
export class OnCall {
  readonly runbook = new RunbookDocument();

  private constructor(
    readonly engine: TestEngine,
    /** As the role of the gateways. */
    readonly psql: Psql,
    /** As the owner, where the runbook says so. */
    readonly owner: Psql,
  ) {}

  static async start(): Promise<OnCall> {
    const engine = await TestEngine.start();
    return new OnCall(engine, await Psql.open(engine.database.applicationUrl), await Psql.open(engine.database.url));
  }

  /** Every statement that was sent and did not fail, by whichever role. */
  get proven(): ReadonlySet<Statement> {
    return new Set([...this.psql.proven, ...this.owner.proven]);
  }

  async stop(): Promise<void> {
    await Promise.all([this.psql.close(), this.owner.close()]);
    await this.engine.stop();
  }

  /** Ends all trouble, so that the next test meets none of it. */
  async leave(): Promise<void> {
    for (const { faults } of Object.values(this.engine.simulators)) faults.clear();
    await this.engine.forget();
  }

  place(more: Partial<OrderToPlace> = {}): Promise<Order> {
    return this.engine.place({ provider: 'one_tribe', grams: 2_000_000, ...more });
  }

  /** An order at One Tribe that is sent into a fault. */
  async placeInDoubt(fault: Fault): Promise<Order> {
    this.engine.sandbox.oneTribe.faults.add({ match: { method: 'POST', path: '/transactions' }, fault });
    const order = await this.place();
    expect(order.status).toBe('in_doubt');
    return order;
  }

  openPage(provider: 'cnaught' | 'carbonmark'): Promise<Order> {
    const terms = { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/back' };
    return this.place({ provider, grams: 500_000, paymentMethod: 'checkout', terms });
  }

  /** The payer pays at Carbonmark. Returns the id of the payment, which the browser would bring back. */
  pay(order: Order): string {
    return this.engine.sandbox.carbonmark.checkouts.pay(pageOf(order)).split('/').at(-1) ?? '';
  }

  /** Sends the one statement of a section that has these words. */
  see(section: string, words: string, variables: Values = {}): Promise<readonly Row[]> {
    return this.psql.query(this.runbook.statement(section, words), variables);
  }

  act(letter: string, order: Order, more: Values = {}): Promise<Shown> {
    return this.psql.run(this.runbook.act(letter), { order: order.id, ...BY_HAND, ...more });
  }

  eventsOf(order: Order): Promise<readonly Row[]> {
    return this.see('Look at one order', 'FROM order_events', { order: order.id });
  }

  attemptsOf(order: Order): Promise<readonly Row[]> {
    return this.see('Look at one order', 'FROM attempts', { order: order.id });
  }

  taskOf(order: Order): Promise<readonly Row[]> {
    return this.see('Look at one order', 'FROM tasks', { order: order.id });
  }

  claimsOf(order: Order): Promise<readonly Row[]> {
    return this.see('Look at one order', 'FROM purchase_claims', { order: order.id });
  }

  /** Runs the command that has this address in it. */
  askProvider(address: string, values: Values = {}): Promise<{ status: number; shown: unknown }> {
    const command = this.runbook.commands.find((line) => line.includes(address)) ?? '';
    return responseTo(command, { ...(this.engine.sandbox.variables() as Values), ...values });
  }

  /** What the runbook's own command finds at One Tribe for an order. */
  async foundAtOneTribe(order: Order): Promise<string> {
    const { shown } = await this.askProvider('$ONE_TRIBE_BASE_URL');
    const rows = shown as { id: string; reference: string | null }[];
    return rows.find(({ reference }) => reference === order.id)?.id ?? 'not found';
  }

  purchasesOf(order: Order): number {
    return this.engine.purchasesOf(order.id).length;
  }
}

export const pageOf = (order: Order): string => order.checkout?.url.split('/').at(-1) ?? '';
