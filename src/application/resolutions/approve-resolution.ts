import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { resolved } from '../../domain/audit/resolution-acts.js';
import { AppError } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import type { Resolution } from '../../domain/resolutions/resolution.js';
import { resolve } from '../../domain/resolutions/resolve.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { ResolutionsRepository } from '../../persistence/resolutions/resolutions.repository.js';
import { personOf } from '../operators/person-of.js';
import { CancelOrder } from '../orders/cancel-order.js';
import { ChangeOrder } from '../orders/change-order.js';
import { LostOrders } from '../orders/lost-orders.js';
import { ExamineCase, type Examined } from './examine-case.js';
import { openProposal } from './proposals.js';
import { refusedBy, requireVersion, RESOLUTION_GUARDS } from './refusals.js';

/**
 * A second person approves a decision. The provider is read again, and everything is checked again: what is not permitted
 * any more is overtaken, and nothing is done.
 */
@Injectable()
export class ApproveResolution {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly resolutions: ResolutionsRepository,
    private readonly operators: OperatorsRepository,
    private readonly examine: ExamineCase,
    private readonly changes: ChangeOrder,
    private readonly lost: LostOrders,
    private readonly cancel: CancelOrder,
  ) {}

  async run(id: string, note: string, expectedVersion: number, by: RequestActor): Promise<Resolution> {
    const proposal = await openProposal(this.resolutions, id);
    const person = personOf(by);
    if (proposal.proposedBy?.id === person.id)
      throw new AppError('second_person_required', 'Somebody else has to approve what you have proposed.', {
        orderId: proposal.orderId,
      });
    await this.requireGoodPeople(proposal, person.id);
    const state = await this.orders.readState(proposal.orderId);
    if (!state) throw this.lost.report(proposal.orderId);
    requireVersion(state.order, expectedVersion);
    const examined = await this.examine.run(state, proposal.decision, proposal.evidence);
    await this.refuseOvertaken(proposal, examined);
    if (examined.verdict.allowed && examined.verdict.steps > proposal.steps)
      throw new AppError(
        'second_person_required',
        'It takes two people by now, and a machine has proposed it: reject it, and propose it yourself.',
        { orderId: proposal.orderId },
      );
    await this.apply(state, { proposal, examined, note, operatorId: person.id }, by);
    return (await this.resolutions.find(id)) ?? proposal;
  }

  /** Both as they are now, and not as they were when they came or proposed. The commit holds them to it once more. */
  private async requireGoodPeople({ proposedBy, orderId }: Resolution, approver: string): Promise<void> {
    if (!(await this.operators.mayAct(approver, 'ops:approve')))
      throw new AppError('second_person_required', 'You may not approve any more; somebody else has to.', { orderId });
    if (proposedBy && !(await this.operators.mayAct(proposedBy.id, 'ops:act')))
      throw new AppError('resolution_closed', 'Whoever proposed it may not any more: reject it, and propose it anew.', {
        orderId,
      });
  }

  private async apply(
    state: OrderState,
    approved: { proposal: Resolution; examined: Examined; note: string; operatorId: string },
    by: RequestActor,
  ): Promise<void> {
    const { proposal, examined, note, operatorId } = approved;
    const { id, decision } = proposal;
    const { version } = state.order;
    let isTried = false;
    const decide = (current: OrderState) => {
      requireVersion(current.order, version);
      // The order is as it was, and nothing was written: somebody else has decided on the proposal meanwhile.
      if (isTried)
        throw new AppError('resolution_closed', 'The decision is closed already.', { orderId: proposal.orderId });
      isTried = true;
      return resolve(current, decision, examined.purchase, examined.here);
    };
    const changed = await this.changes.run(state, decide, {
      cause: by,
      guard: RESOLUTION_GUARDS[decision],
      task: { do: 'wake' },
      act: (change) => applied(by, resolved('resolution.approve', change, { resolution: id, decision })),
      resolution: { do: 'approve', approval: { id, operatorId, note, findings: examined.findings } },
    });
    if (!changed) throw refusedBy('attempt_running', examined, proposal.orderId);
    if (decision === 'cancel') await this.cancel.afterDecision(changed.state, by);
  }

  /** That the provider could not be read, or a process is at the order, overtakes nothing: it is tried again. */
  private async refuseOvertaken({ id, orderId }: Resolution, examined: Examined): Promise<void> {
    const { verdict, findings } = examined;
    if (verdict.allowed) return;
    const { refusal } = verdict;
    if (refusal !== 'provider_unavailable' && refusal !== 'attempt_running')
      await this.resolutions.close(id, { state: 'overtaken', operatorId: null, note: null, refusal, findings }, null);
    throw refusedBy(refusal, examined, orderId);
  }
}
