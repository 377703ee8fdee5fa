import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { isOutcomePending } from '../../domain/orders/lifecycle.js';
import type { OrderChange } from '../../domain/orders/order-change.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { purchaseOperation } from '../../domain/purchases/attempt.js';
import { disagreements, type Disagreement } from '../../domain/purchases/integrity.js';
import { nextStep, unlessSwitchedOff, type NextStep } from '../../domain/purchases/next-step.js';
import type { SendRefusal } from '../../domain/purchases/price-guard.js';
import {
  deferSend,
  heldDelayMs,
  holdSend,
  intendSend,
  openCheckout,
  recordFailure,
  recordPurchase,
  recoverSubmission,
  refuseSend,
  retryDelayMs,
  type AskedPrice,
} from '../../domain/purchases/submission.js';
import { CALL_DEADLINE_MS, delayOf, LEASE_MARGIN_MS } from '../../domain/purchases/timing.js';
import type { CheckoutSession, ProviderOrder, Submission } from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import type { StandingSwitch } from '../../domain/switches/switch.js';
import { bucketsFor, MAX_PURCHASE_WAIT_MS, PAUSE_MS, PURCHASE_PATIENCE_MS } from '../../domain/providers/throttle.js';
import type { StoredResponse } from '../../persistence/idempotency/idempotency.repository.js';
import { PurchasesRepository, type Intent } from '../../persistence/purchases/purchases.repository.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { crashPoint } from '../crash-point.js';
import { ChangeOrder } from '../orders/change-order.js';
import { ObserveOrder } from '../orders/observe-order.js';
import { FarSides } from '../providers/far-sides.js';
import { callForOrder } from '../providers/provider-call.js';
import { PurchaseThrottle } from '../providers/purchase-throttle.js';
import { OrderSettings } from '../orders/order-settings.js';
import { LookupPurchase } from './lookup-purchase.js';
import { preparePurchase } from './prepare-purchase.js';
import { PriceCheck } from './price-check.js';
import { PublicAddresses } from '../callbacks/public-addresses.js';
import type { PurchaseRun } from './purchase-run.js';

/** What came back from the one call that may buy. */
type Outcome = ProviderOrder | CheckoutSession | SendFailure;

class SendFailure {
  constructor(
    readonly error: ProviderError,
    readonly differences: readonly Disagreement[] = [],
  ) {}
}

/**
 * Brings an order whose outcome is pending one step further. Read from top to bottom, this is the whole way from intent
 * to purchase. `nextStep` decides what to do, `domain/purchases/submission` what each step makes of the order.
 *
 * The intent is committed before a byte leaves; the call happens with no transaction open; the outcome is committed
 * after. A process that dies anywhere in between leaves an open attempt, which the next run treats as unknown.
 */
@Injectable()
export class SubmitOrder {
  constructor(
    private readonly changes: ChangeOrder,
    private readonly purchases: PurchasesRepository,
    private readonly tasks: TasksRepository,
    private readonly providers: ProviderDirectory,
    private readonly farSides: FarSides,
    private readonly throttle: PurchaseThrottle,
    private readonly lookup: LookupPurchase,
    private readonly price: PriceCheck,
    private readonly observe: ObserveOrder,
    private readonly addresses: PublicAddresses,
    private readonly settings: OrderSettings,
  ) {}

  /** @returns the response that was stored with the outcome; null if none was. */
  async run(found: PurchaseRun): Promise<StoredResponse | null> {
    const run = await this.recover(found);
    if (!run) return null;
    crashPoint('step_read');
    const { state, lease } = run;
    const { order, attempts, now } = state;
    // A callback may have named the purchase. If the provider shows it there, it is a fact, and comes before any step.
    if (order.status === 'in_doubt' && (await this.observe.resolveFromCallbacks(state, run.cause))) {
      await this.tasks.release(lease, 0);
      return null;
    }

    const provider = this.providers.get(order.provider);
    const { lookups, paymentMethod } = order;
    const here = this.farSides.here(provider.id);
    const next = nextStep(attempts, lookups, paymentMethod, provider.capabilities, now, here);
    const step = unlessSwitchedOff(next, state.switchedOff);
    switch (step.do) {
      case 'send':
        return this.send(run, provider, step);
      case 'held':
        return this.hold(run, step.by);
      case 'lookup':
        await this.lookup.run(run, provider, step.conclusive);
        return null;
      case 'wait':
        await this.tasks.release(lease, step.until.getTime() - now.getTime());
        return null;
      case 'review':
        await this.lookup.underReview(run, provider);
        return null;
      case 'elsewhere':
        await this.tasks.release(lease, PAUSE_MS.other_account);
        return null;
    }
  }

  /** @returns null if the run is over: the outcome is known already, or another run has the order. */
  private async recover(run: PurchaseRun): Promise<PurchaseRun | null> {
    const { state, lease, cause } = run;
    if (!isOutcomePending(state.order.status)) {
      await this.tasks.release(lease, 0);
      return null;
    }
    if (state.order.status !== 'submitting') return run;
    const options = { cause, guard: { by: 'lease', lease }, task: { do: 'keep' } } as const;
    const recovered = await this.changes.run(state, recoverSubmission, options);
    if (recovered) return { ...run, state: recovered.state };
    await this.tasks.release(lease, 0);
    return null;
  }

  private async send(
    run: PurchaseRun,
    provider: OffsetProvider,
    { generation, repeat }: Extract<NextStep, { do: 'send' }>,
  ): Promise<StoredResponse | null> {
    const { state } = run;
    const elsewhere = this.farSides.pauseOf(provider.id);
    if (elsewhere) return this.defer(run, elsewhere.probeInMs);
    // A repeat sends the stored bytes without asking for a price: the first send may have bought already.
    const decision = repeat ? ({ do: 'send', price: null } as const) : await this.price.run(state, provider, run.runs);
    if (decision.do === 'defer') return this.defer(run, decision.delayMs);
    if (decision.do === 'refuse') return this.refuse(run, decision.refusal, decision.price);
    crashPoint('priced');
    const prepared = repeat ? null : preparePurchase(state.order, provider, this.addresses);
    if (prepared instanceof ProviderError) return this.refuse(run, prepared, decision.price);
    crashPoint('prepared');
    // The quota slot is taken last and with the intent, so that nothing else can block while it is held.
    const change = intendSend(state, generation, prepared, decision.price, this.farSides.here(provider.id));
    const intent = await this.intend(change, run, provider);
    switch (intent.kind) {
      case 'lost':
        // Where the lease is still held, the order has moved on since it was read: the next run reads it again.
        await this.tasks.release(run.lease, 0);
        return null;
      case 'switched_off':
        return this.hold(run, intent.by);
      case 'no_slot':
        return this.defer(run, intent.waitMs);
      case 'paused':
        return this.defer(run, await this.throttle.pausedForMs(provider));
      case 'committed':
        this.changes.report(change);
        crashPoint('intent_committed');
        return this.buy({ ...run, state: change.committedAt(intent.at), lease: intent.lease }, provider, intent);
    }
  }

  /** Waits for a slot that will be free within moments. No attempt is open meanwhile. */
  private async intend(change: OrderChange, run: PurchaseRun, provider: OffsetProvider): Promise<Intent> {
    const claim = {
      provider: provider.id,
      buckets: bucketsFor(provider.capabilities.quota, 'writes'),
      reserve: 0,
      most: 1,
      tenantId: run.state.order.tenantId,
      patienceMs: PURCHASE_PATIENCE_MS,
    };
    for (let waitedMs = 0; ;) {
      const intent = await this.purchases.commitIntent(change, run.lease, claim, run.cause);
      if (intent.kind !== 'no_slot' || waitedMs + intent.waitMs > MAX_PURCHASE_WAIT_MS) return intent;
      await setTimeout(intent.waitMs);
      waitedMs += intent.waitMs;
    }
  }

  private async buy(
    run: PurchaseRun,
    provider: OffsetProvider,
    { submission, failures }: Extract<Intent, { kind: 'committed' }>,
  ): Promise<StoredResponse | null> {
    // A process that was suspended must not wake up and send when another run may have the order.
    const isInTime = run.lease.outlasts(CALL_DEADLINE_MS + LEASE_MARGIN_MS);
    const outcome = isInTime ? await this.call(run.state, provider, submission) : new SendFailure(tooLate(run.state));
    crashPoint('responded');
    const response = await this.record(run, outcome, provider);
    crashPoint('outcome_recorded');
    if (isInTime) await this.throttle.report(provider, outcome instanceof SendFailure ? outcome.error : null, failures);
    return response;
  }

  /**
   * The one call that may buy. Only the call is inside the catch: a database failure is not a provider failure; it
   * propagates, the lease ends, and the attempt counts as unknown.
   */
  private async call({ order }: OrderState, provider: OffsetProvider, submission: Submission): Promise<Outcome> {
    const operation = purchaseOperation(order.paymentMethod);
    const sent: Promise<ProviderOrder | CheckoutSession> | undefined = provider[operation]?.(
      submission,
      callForOrder(order),
    );
    crashPoint('sending');
    if (!sent) throw new Error(`${provider.id} cannot be paid by ${order.paymentMethod}`);
    const response = await sent.catch((thrown: unknown) => provider.classifyError(thrown, operation));
    if (response instanceof ProviderError) return new SendFailure(response);
    // A response about something else than what was ordered proves nothing about the order.
    const differences = disagreements(order, response);
    if (differences.length === 0) return response;
    const message = `the response disagrees on ${differences.map(({ field }) => field).join(', ')}`;
    const at = { provider: provider.id, operation };
    return new SendFailure(new ProviderError('ambiguous', 'answer_disagrees', message, at), differences);
  }

  /**
   * A purchase is a fact and is recorded without a lease; a failure or a checkout only by the run that holds the lease.
   */
  private async record(run: PurchaseRun, outcome: Outcome, provider: OffsetProvider): Promise<StoredResponse | null> {
    const { state, lease, cause, responder } = run;
    const sends = state.attempts.length;
    const failed = outcome instanceof SendFailure;
    const delayMs = failed ? retryDelayMs(outcome.error, sends, Math.random()) : delayOf(this.settings.pollDelaysMs, 1);
    const decide = (current: OrderState): OrderChange => {
      if (failed) return recordFailure(current, sends, outcome.error, outcome.differences);
      if (!('url' in outcome)) return recordPurchase(current, outcome, 'response');
      return openCheckout(current, sends, outcome, provider.capabilities.checkout?.expiresAfterMs ?? 0);
    };
    const isFact = !failed && !('url' in outcome);
    const changed = await this.changes.run(state, decide, {
      cause,
      guard: isFact ? { by: 'version' } : { by: 'lease', lease },
      task: { do: 'release', lease, delayMs },
      responder,
    });
    return changed?.response ?? null;
  }

  private async defer(run: PurchaseRun, delayMs: number): Promise<null> {
    const { state, lease, cause } = run;
    const task = { do: 'release', lease, delayMs } as const;
    await this.changes.run(state, deferSend, { cause, guard: { by: 'lease', lease }, task });
    return null;
  }

  /** Turned on since the order was read, or before: the order waits, and looks again from time to time. */
  private async hold(run: PurchaseRun, by: StandingSwitch): Promise<null> {
    const { state, lease, cause } = run;
    const task = { do: 'release', lease, delayMs: heldDelayMs(by, state.now, Math.random()) } as const;
    await this.changes.run(state, (current) => holdSend(current, by), { cause, guard: { by: 'lease', lease }, task });
    return null;
  }

  private async refuse(
    run: PurchaseRun,
    refusal: SendRefusal | ProviderError,
    price: AskedPrice | null,
  ): Promise<StoredResponse | null> {
    const { state, lease, cause, responder } = run;
    const changed = await this.changes.run(state, (current) => refuseSend(current, refusal, price), {
      cause,
      guard: { by: 'lease', lease },
      task: { do: 'release', lease, delayMs: 0 },
      responder,
    });
    return changed?.response ?? null;
  }
}

const tooLate = ({ order: { provider, paymentMethod } }: OrderState): ProviderError =>
  new ProviderError('not_sent', 'timed_out', 'the lease would have ended first', {
    provider,
    operation: purchaseOperation(paymentMethod),
  });
