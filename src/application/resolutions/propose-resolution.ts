import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { onResolution, resolved } from '../../domain/audit/resolution-acts.js';
import { AppError } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import type { Decision, Evidence } from '../../domain/resolutions/decisions.js';
import type { NewResolution, Resolution } from '../../domain/resolutions/resolution.js';
import { resolve } from '../../domain/resolutions/resolve.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { ProposalOpenError, ResolutionsRepository } from '../../persistence/resolutions/resolutions.repository.js';
import { CancelOrder } from '../orders/cancel-order.js';
import { ChangeOrder } from '../orders/change-order.js';
import { ExamineCase, type Examined } from './examine-case.js';
import { refusedBy, requireVersion, RESOLUTION_GUARDS } from './refusals.js';

export interface ProposedDecision {
  readonly orderId: string;
  readonly decision: Decision;
  readonly evidence: Evidence;
  readonly reason: string;
  /** Of the order, as the one who decides has seen it. */
  readonly expectedVersion: number;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array<ArrayBuffer>;
}

/**
 * A person decides on an order. The gateway reads the provider itself and holds the decision against it; what one person
 * may decide is carried out at once, and for the rest a second person is needed. A machine only ever proposes.
 */
@Injectable()
export class ProposeResolution {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly resolutions: ResolutionsRepository,
    private readonly examine: ExamineCase,
    private readonly changes: ChangeOrder,
    private readonly cancel: CancelOrder,
  ) {}

  /** What would come of it. Nothing is written. */
  async dryRun(
    wanted: Pick<ProposedDecision, 'orderId' | 'decision' | 'evidence' | 'expectedVersion'>,
    by: RequestActor,
  ): Promise<Examined & { readonly steps: 1 | 2 | null }> {
    const state = await this.read(wanted.orderId, wanted.expectedVersion);
    const examined = await this.examine.run(state, wanted.decision, wanted.evidence);
    return { ...examined, steps: examined.verdict.allowed ? stepsFor(examined.verdict.steps, wanted, by) : null };
  }

  async run(wanted: ProposedDecision, by: RequestActor): Promise<Resolution> {
    const known = await this.madeBefore(wanted, by);
    if (known) return this.again(known, by);
    const id = this.resolutions.nextId();
    try {
      return await this.decide(id, wanted, by);
    } catch (thrown) {
      // The same request, sent twice at once: the other one was faster.
      const made = thrown instanceof AppError ? await this.madeBefore(wanted, by) : null;
      if (made && made.id !== id) return made;
      throw thrown;
    }
  }

  /** A repeat. A cancellation that the provider has not confirmed is asked for again, which all requests of it share a key for. */
  private async again(made: Resolution, by: RequestActor): Promise<Resolution> {
    if (made.decision === 'cancel' && made.state === 'applied') await this.cancel.run(made.orderId, by);
    return made;
  }

  private async decide(id: string, wanted: ProposedDecision, by: RequestActor): Promise<Resolution> {
    const state = await this.read(wanted.orderId, wanted.expectedVersion);
    const examined = await this.examine.run(state, wanted.decision, wanted.evidence);
    const { verdict } = examined;
    if (!verdict.allowed) throw refusedBy(verdict.refusal, examined, wanted.orderId);
    const steps = stepsFor(verdict.steps, wanted, by);
    const resolution = newResolution(wanted, by, { id, steps, examined });
    const isAlone = steps === 1 && by.operator !== null;
    await (isAlone ? this.apply(state, resolution, examined, by) : this.propose(resolution, by));
    const written = await this.resolutions.find(resolution.id);
    if (!written) throw new Error('the resolution is not there after it was written');
    return written;
  }

  /** What was decided under this key before. @returns null if nothing was. */
  private async madeBefore(
    { idempotencyKey, fingerprint }: ProposedDecision,
    { keyId }: RequestActor,
  ): Promise<Resolution | null> {
    const known = await this.resolutions.findByKey(keyId, idempotencyKey);
    if (!known) return null;
    if (Buffer.compare(known.fingerprint, fingerprint) === 0) return known.resolution;
    throw new AppError('idempotency_key_reused', 'The Idempotency-Key was used before with another decision.');
  }

  private async apply(
    state: OrderState,
    resolution: NewResolution,
    examined: Examined,
    by: RequestActor,
  ): Promise<void> {
    const { decision, id, orderVersion } = resolution;
    const decide = (current: OrderState) => {
      requireVersion(current.order, orderVersion);
      return resolve(current, decision, examined.purchase, examined.here);
    };
    const changed = await this.changes.run(state, decide, {
      cause: by,
      guard: RESOLUTION_GUARDS[decision],
      task: { do: 'wake' },
      act: (change) => applied(by, resolved('resolution.apply', change, { resolution: id, decision })),
      resolution: { do: 'apply', resolution },
    });
    if (!changed) throw refusedBy('attempt_running', examined, state.order.id);
    if (decision === 'cancel') await this.cancel.afterDecision(changed.state, by);
  }

  private async propose(resolution: NewResolution, by: RequestActor): Promise<void> {
    const { id, orderId, decision, orderVersion } = resolution;
    const act = onResolution('resolution.propose', orderId, { resolution: id, decision });
    const written = await this.resolutions.propose(resolution, applied(by, act)).catch((thrown: unknown) => {
      if (!(thrown instanceof ProposalOpenError)) throw thrown;
      throw new AppError('resolution_refused', 'Another proposal for the order is open.', {
        orderId,
        refusal: { code: 'proposal_open', until: null },
      });
    });
    if (!written)
      throw new AppError('version_changed', `The order is not of version ${orderVersion} any more.`, { orderId });
  }

  private async read(orderId: string, expectedVersion: number): Promise<OrderState> {
    const state = await this.orders.readState(orderId);
    if (!state) throw new AppError('order_not_found', 'There is no such order.');
    requireVersion(state.order, expectedVersion);
    return state;
  }
}

/**
 * A machine proposes, and a person decides. What takes two people it cannot even propose: whoever has its key could approve
 * it, and would have decided alone.
 */
const stepsFor = (steps: 1 | 2, { orderId }: Pick<ProposedDecision, 'orderId'>, { operator }: RequestActor): 1 | 2 => {
  if (steps === 1 || operator) return steps;
  throw new AppError('operator_key_required', 'A decision that takes two people is proposed by a person.', { orderId });
};

const newResolution = (
  { orderId, decision, evidence, reason, expectedVersion, idempotencyKey, fingerprint }: ProposedDecision,
  { keyId, operator }: RequestActor,
  { id, steps, examined }: { id: string; steps: 1 | 2; examined: Examined },
): NewResolution => ({
  id,
  orderId,
  decision,
  steps,
  orderVersion: expectedVersion,
  evidence,
  reason,
  findings: examined.findings,
  accepted: decision === 'accept_difference' ? examined.differences : null,
  operatorId: operator?.id ?? null,
  keyId,
  idempotencyKey,
  fingerprint,
});
