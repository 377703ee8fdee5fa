import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Admission } from '../../domain/operators/admission.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { AdmissionsRepository } from '../../persistence/access/admissions.repository.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { requireStill } from '../operators/still-may.js';

/** A second admin decides who is let in; whoever asked can only take it back. */
@Injectable()
export class DecideAdmission {
  constructor(
    private readonly admissions: AdmissionsRepository,
    private readonly operators: OperatorsRepository,
  ) {}

  async approve(id: string, by: RequestActor): Promise<Admission> {
    const { admission, person } = await this.open(id, by);
    if (admission.proposedBy?.id === person)
      throw new AppError('second_person_required', 'Somebody else has to let in whom you have asked for.');
    await requireStill(this.operators, person, 'ops:admin');
    if (await this.admissions.approve(admission, person, by)) return this.found(id);
    throw closed(await this.found(id));
  }

  async reject(id: string, by: RequestActor): Promise<Admission> {
    const { person } = await this.open(id, by);
    if (await this.admissions.reject(id, person, by)) return this.found(id);
    throw closed(await this.found(id));
  }

  private async open(id: string, { operator }: RequestActor): Promise<{ admission: Admission; person: string }> {
    const admission = await this.found(id);
    if (admission.state !== 'proposed') throw closed(admission);
    if (!operator) throw new AppError('operator_key_required', 'Only a person can decide who is let in.');
    return { admission, person: operator.id };
  }

  private async found(id: string): Promise<Admission> {
    const found = await this.admissions.find(id);
    if (!found) throw new AppError('admission_not_found', 'There is no such admission.');
    return found;
  }
}

const closed = ({ state }: Admission): AppError =>
  new AppError(
    'admission_closed',
    state === 'proposed'
      ? 'Whoever asked for it is no admin any more, its tenant or its key has ended, or its email address is taken: reject it.'
      : `It is ${state} already.`,
  );
