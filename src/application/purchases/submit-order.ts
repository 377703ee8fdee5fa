import { Injectable } from '@nestjs/common';
import type { Purchase } from '../../domain/purchases/attempt.js';
import { disagreements } from '../../domain/purchases/integrity.js';
import type { CheckoutSession, OffsetProvider, ProviderOrder } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { nextStep, type NextStep } from '../../domain/purchases/next-step.js';
import { CheckoutsRepository } from '../../persistence/purchases/checkouts.repository.js';
import { PurchasesRepository, type OpenAttempt } from '../../persistence/purchases/purchases.repository.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { UnsentPurchasesRepository } from '../../persistence/purchases/unsent-purchases.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { crashPoint } from '../crash-point.js';
import { PurchaseThrottle } from '../providers/purchase-throttle.js';
import { CALL_DEADLINE_MS, delayOf, EngineSettings, LEASE_MARGIN_MS, LEASE_MS } from './engine-settings.js';
import { LookupPurchase } from './lookup-purchase.js';
import { ObserveOrder } from '../orders/observe-order.js';
import { callFor } from '../providers/provider-call.js';
import { preparePurchase } from './prepare-purchase.js';
import { delayAfter, PriceCheck, type Run } from './price-check.js';
import { PublicAddresses } from './public-addresses.js';

/**
 * Brings an order that its provider has not confirmed one step further. This file, `nextStep` and
 * `PurchasesRepository`, in this order, are the whole way from intent to purchase.
 *
 * The intent is committed before a byte leaves; the call happens with no transaction open; the outcome is committed
 * after. A process that dies anywhere in between leaves an open attempt, which the next run treats as unknown.
 */
@Injectable()
export class SubmitOrder {
  constructor(
    private readonly purchases: PurchasesRepository,
    private readonly unsent: UnsentPurchasesRepository,
    private readonly checkouts: CheckoutsRepository,
    private readonly tasks: TasksRepository,
    private readonly providers: ProviderDirectory,
    private readonly gate: PurchaseThrottle,
    private readonly lookUp: LookupPurchase,
    private readonly guard: PriceCheck,
    private readonly observe: ObserveOrder,
    private readonly addresses: PublicAddresses,
    private readonly settings: EngineSettings,
  ) {}

  async run({ lease, runs }: Run): Promise<void> {
    const purchase = await this.purchases.read(lease);
    if (!purchase) return;
    crashPoint('step_read');
    const { order, attempts, lookups, now } = purchase;
    // A callback may have told where the purchase is: seen there, it is a fact, and nothing is to be decided.
    if (order.status === 'in_doubt' && (await this.observe.resolveFromCallbacks(order.id)))
      return this.tasks.release(lease, 0);

    const provider = this.providers.get(order.provider);
    const step = nextStep(attempts, lookups, order.paymentMethod, provider.capabilities, now);
    switch (step.do) {
      case 'send':
        return this.send(purchase, provider, step, { lease, runs });
      case 'look_up':
        return this.lookUp.run(purchase, provider, lease, step.conclusive);
      case 'wait':
        return this.tasks.release(lease, step.until.getTime() - now.getTime());
      case 'review':
        return this.lookUp.underReview(purchase, provider, lease);
    }
  }

  private async send(
    purchase: Purchase,
    provider: OffsetProvider,
    { generation, repeat }: Extract<NextStep, { do: 'send' }>,
    run: Run,
  ): Promise<void> {
    const { lease } = run;
    const pausedMs = await this.gate.pausedForMs(provider);
    if (pausedMs > 0) return this.unsent.defer(lease, pausedMs);
    // A repeat is the stored bytes, whatever the price is by now: the first send may already have bought.
    const order = repeat ? purchase.order : await this.guard.price(purchase, provider, run);
    if (!order) return;
    crashPoint('priced');
    const prepared = repeat ? null : preparePurchase(order, provider, this.addresses);
    if (prepared instanceof ProviderError) return this.unsent.refuse(lease, prepared.reason);
    crashPoint('prepared');
    // Last, as whoever has the turn must need nothing else that has to wait; and here, so that no attempt waits inside.
    const waitMs = await this.gate.takeTurn(provider);
    if (waitMs > 0) return this.unsent.defer(lease, waitMs);
    crashPoint('admitted');
    // The call may start late within the lease, but is over before its end, margin included.
    const times = { deadlineMs: LEASE_MS - LEASE_MARGIN_MS, leaseMs: LEASE_MS };
    const attempt = await this.purchases.openAttempt(lease, { generation, prepared }, times);
    if (!attempt) return;
    crashPoint('intent_committed');
    // A worker that was suspended must not wake up and send when somebody else may be at it.
    if (!attempt.lease.outlasts(CALL_DEADLINE_MS + LEASE_MARGIN_MS))
      return this.purchases.recordFailure(attempt, tooLate(provider), 0);
    const outcome = await this.callProvider({ ...purchase, order }, provider, attempt);
    crashPoint('answered');
    await this.record(attempt, outcome, purchase, provider);
    crashPoint('outcome_recorded');
    await this.gate.report(provider, outcome instanceof ProviderError ? outcome : null);
  }

  /**
   * The one call that may buy. Only the call is inside the catch: a database failure is not a provider failure; it
   * propagates, the lease ends, and the attempt counts as unknown.
   */
  private async callProvider(
    { order, account }: Purchase,
    provider: OffsetProvider,
    { submission }: OpenAttempt,
  ): Promise<ProviderOrder | CheckoutSession | ProviderError> {
    const operation = order.paymentMethod === 'checkout' ? 'createCheckout' : 'placeOrder';
    const at = { provider: provider.id, operation } as const;
    const sent: Promise<ProviderOrder | CheckoutSession> | undefined = provider[operation]?.(
      submission,
      callFor(order.id, account),
    );
    crashPoint('sending');
    if (!sent) throw new Error(`${provider.id} cannot be paid by ${order.paymentMethod}`);
    const answer = await sent.catch((thrown: unknown) => provider.classifyError(thrown, operation));
    if (answer instanceof ProviderError) return answer;
    // An answer about something else than what was ordered proves nothing about what was.
    const fields = disagreements(order, answer);
    if (fields.length === 0) return answer;
    return new ProviderError('ambiguous', 'answer_disagrees', `the answer disagrees on ${fields.join(', ')}`, at);
  }

  private async record(
    attempt: OpenAttempt,
    outcome: ProviderOrder | CheckoutSession | ProviderError,
    { attempts }: Purchase,
    provider: OffsetProvider,
  ): Promise<void> {
    if (outcome instanceof ProviderError)
      return this.purchases.recordFailure(attempt, outcome, delayAfter(outcome, attempts.length + 1));
    const delayMs = delayOf(this.settings.pollDelaysMs, 1);
    if (!('url' in outcome)) return this.purchases.recordPurchase(attempt.lease, outcome, 'answer', delayMs);
    const closesAfterMs = provider.capabilities.checkout?.expiresAfterMs ?? 0;
    return this.checkouts.open(attempt, outcome, { closesAfterMs, delayMs });
  }
}

const tooLate = ({ id: provider }: OffsetProvider): ProviderError =>
  new ProviderError('not_sent', 'timed_out', 'the lease would have ended first', { provider, operation: 'placeOrder' });
