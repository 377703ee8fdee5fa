import { randomUUID } from 'node:crypto';
import { isOutcomePending, isTerminal } from '../../../src/domain/orders/lifecycle.js';
import type { Case } from './cases.js';
import type { CommandedGateway } from './commanded-gateway.js';
import { RefusedByGatewayError } from './commanded-gateway.js';
import { TENANT, type CaseWorker, type OrderRow } from './case-worker.js';
import { OUTCOMES, type Outcome } from './outcomes.js';
import { commandFor, PROFILES, type OrderProfile } from './profile.js';

/** A client asks again once the request before it is presumed dead. */
const LEASE_MS = 46_000;

/** A late effect comes before the visibility delay (5 min after the deadline of 30 s) is over: that is what it means. */
const LATE_MS = 280_000;

/** Looks at an order under review before it is left to a person. */
const LOOKS_UNDER_REVIEW = 5;
const MAX_TURNS = 60;

/** One page of a list, all of it newer than the purchase; lists are in the order of whole seconds. */
const CROWD = 100;
const LIST_RESOLUTION_MS = 1_000;

const CANCELLATIONS = 3;

const isKnown = ({ status }: OrderRow): boolean => !isOutcomePending(status);
const isFinal = ({ status }: OrderRow): boolean => isTerminal(status);
/** A page that was paid is a purchase before its id is known to the gateway or the payer; it is fulfilled once it has a name. */
const isKnownOrOver = (order: OrderRow): boolean => order.provider_order_id !== null || isFinal(order);

/**
 * One order from its request to its end, with all who take part: the client who repeats what got no response,
 * the payer, and the provider that fulfils it. Playing it again with another process goes on where the last one died.
 */
export class Scenario {
  private readonly profile: OrderProfile;
  private readonly outcome: Outcome;
  private readonly request = {
    tenantId: TENANT,
    operation: 'place_order',
    key: randomUUID(),
    fingerprint: new Uint8Array([1]),
  } as const;
  private readonly faultId: number | null;
  private redirect: string | null = null;
  private returned = false;
  private cancellations = 0;
  private sinceFaultMs = 0;
  private sincePurchaseMs = 0;
  private slept = false;
  /** The order that each response to the client named. */
  readonly namedIds = new Set<string>();

  constructor(
    private readonly worker: CaseWorker,
    { kind, outcome }: Case,
  ) {
    this.profile = PROFILES[kind];
    this.outcome = OUTCOMES[outcome];
    const [first] = this.outcome.faults(this.profile).map((rule) => this.provider.faults.add(rule).id);
    this.faultId = first ?? null;
  }

  get provider() {
    return this.worker.simulators[this.profile.provider];
  }

  /** Whether the provider has met the call that the case is about. */
  get faultUsed(): boolean {
    const rule = this.provider.faults.list().find(({ id }) => id === this.faultId);
    return this.faultId !== null && (rule === undefined || rule.used > 0);
  }

  async play(gateway: CommandedGateway): Promise<void> {
    await this.place(gateway);
    await this.pass(gateway, isKnown);
    await this.pay(gateway);
    await this.pass(gateway, this.outcome.payer === 'never_pays' ? isFinal : isKnownOrOver);
    await this.cancel(gateway);
    await this.fulfil();
    await this.pass(gateway, isFinal);
    // What is under way at the provider arrives, wanted or not.
    this.provider.lateEffects.release();
  }

  async order(): Promise<OrderRow | null> {
    const [order] = await this.worker.orders();
    return order ?? null;
  }

  private async place(gateway: CommandedGateway): Promise<void> {
    for (;;) {
      try {
        this.namedIds.add(await gateway.place(commandFor(this.profile), this.request));
        return;
      } catch (thrown) {
        if (!(thrown instanceof RefusedByGatewayError)) throw thrown;
        if (thrown.code === 'provider_rejected') return;
        if (thrown.code !== 'request_in_progress' && thrown.code !== 'database_gone') throw thrown;
        await this.letTimePass(LEASE_MS);
      }
    }
  }

  /** Lets time pass and runs what falls due, until the order is where it should be or a person has to decide. */
  private async pass(gateway: CommandedGateway, isThere: (order: OrderRow) => boolean): Promise<void> {
    let looks = 0;
    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      await this.provide();
      await gateway.runDue();
      const order = await this.order();
      const dueInMs = await this.worker.msUntilDue();
      if (!order || isThere(order) || dueInMs === null) return;
      if (order.review !== null) looks += 1;
      if (looks > LOOKS_UNDER_REVIEW) return;
      await this.letTimePass(dueInMs);
    }
  }

  private async letTimePass(ms: number): Promise<void> {
    await this.worker.letTimePass(ms + 1);
    if (this.faultUsed) this.sinceFaultMs += ms;
    if (this.provider.purchases().length > 0) this.sincePurchaseMs += ms;
    await this.provide();
  }

  /** What the provider and the world do meanwhile. */
  private async provide(): Promise<void> {
    if (this.outcome.sleepMs !== undefined && this.faultUsed && !this.slept) {
      this.slept = true;
      await this.worker.letTimePass(this.outcome.sleepMs);
    }
    if (this.sinceFaultMs >= LATE_MS) this.provider.lateEffects.release();
    if (this.outcome.crowded && this.sincePurchaseMs >= LIST_RESOLUTION_MS) this.crowd();
  }

  private crowd(): void {
    const count = (part: string): number =>
      this.provider.ledger.entries().filter(({ kind }) => kind.startsWith('foreign_') && kind.endsWith(part)).length;
    for (let rows = count('_inserted') - count('_removed'); rows < CROWD; rows += 1) this.provider.insertForeignRow();
  }

  /** Only the page that the order shows can be paid: no other is known. */
  private async pay(gateway: CommandedGateway): Promise<void> {
    const { cnaught, carbonmark } = this.worker.sandbox;
    const order = await this.order();
    if (this.profile.paymentMethod !== 'checkout' || this.outcome.payer === 'never_pays') return;
    if (this.redirect === null && order?.checkout_url && order.checkout_status === 'open') {
      const { checkouts } = this.profile.provider === 'cnaught' ? cnaught : carbonmark;
      this.redirect = checkouts.pay(order.checkout_url.split('/').at(-1) ?? '');
    }
    if (this.redirect === null || this.returned || this.outcome.payer === 'never_returns') return;
    const [, token = '', returnedId] = /\/v1\/returns\/([^/]+)(?:\/(.+))?$/.exec(this.redirect) ?? [];
    await gateway.comeBack(token, returnedId ?? null);
    this.returned = true;
  }

  private async cancel(gateway: CommandedGateway): Promise<void> {
    const { cancelled } = this.profile;
    const most = { never: 0, once: 1, until_responded: CANCELLATIONS }[cancelled];
    while (this.cancellations < most) {
      const order = await this.order();
      if (order?.status !== 'placed') return;
      this.cancellations += 1;
      const responded = await gateway.cancel(order.id).then(
        () => true,
        (thrown: unknown) => {
          if (!(thrown instanceof RefusedByGatewayError)) throw thrown;
          return thrown.code === 'order_not_cancellable';
        },
      );
      if (responded) return;
      await this.letTimePass(LATE_MS);
    }
    if (cancelled === 'never') return;
    // What the client does not ask again is found out by looking.
    await this.letTimePass(LATE_MS);
    await gateway.runDue();
  }

  private async fulfil(): Promise<void> {
    const order = await this.order();
    if (!order?.provider_order_id || order.status !== 'placed') return;
    const over = this.provider.ledger
      .entries()
      .some(({ kind, id }) => id === order.provider_order_id && ENDS.test(kind));
    if (!over) this.provider.advance(order.provider_order_id, this.profile.lastState);
  }
}

const ENDS = /_(fulfilled|cancelled|completed|deleted)$/;
