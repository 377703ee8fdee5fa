import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { breakAssigned, breakWaits } from '../../domain/audit/reconciliation-acts.js';
import { AppError } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { isUndecided, type Break } from '../../domain/reconciliation/break.js';
import { BreaksRepository } from '../../persistence/breaks/breaks.repository.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { personOf } from '../operators/person-of.js';
import { FindBreak } from './find-break.js';

/** What people do about a break before it is decided: who has it in hand, and until when it waits. */
@Injectable()
export class FollowBreak {
  constructor(
    private readonly find: FindBreak,
    private readonly breaks: BreaksRepository,
    private readonly operators: OperatorsRepository,
  ) {}

  /** `operatorId`: null gives it back. */
  async assign(id: string, operatorId: string | null, by: RequestActor): Promise<Break> {
    personOf(by);
    const found = await this.open(id);
    if (operatorId !== null && !(await this.operators.mayAct(operatorId, 'finance:write')))
      throw new AppError('operator_not_found', 'There is no such operator, or they may not decide on breaks.');
    const act = breakAssigned(id, found.assignee?.id ?? null, operatorId);
    return moved(await this.breaks.assign(found, operatorId, by, applied(by, act)));
  }

  async wait(id: string, until: string, note: string, by: RequestActor): Promise<Break> {
    personOf(by);
    const found = await this.open(id);
    return moved(await this.breaks.wait(found, until, note, by, applied(by, breakWaits(id, found.status))));
  }

  private async open(id: string): Promise<Break> {
    const found = await this.find.run(id);
    if (isUndecided(found)) return found;
    throw new AppError('break_not_open', `The break is ${found.status} already.`);
  }
}

const moved = (after: Break | null): Break => {
  if (after) return after;
  throw new AppError('break_not_open', 'Somebody else has just done something about this break: look at it again.');
};
