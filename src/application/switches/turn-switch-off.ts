import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { switchOffProposed, switchTurnedOff } from '../../domain/audit/guard-acts.js';
import { AppError } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { coversProvider, offStepOf, type Switch } from '../../domain/switches/switch.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { SwitchesRepository } from '../../persistence/switches/switches.repository.js';
import { personOf } from '../operators/person-of.js';
import { requireStill, stands } from '../operators/still-may.js';
import { PurchaseThrottle } from '../providers/purchase-throttle.js';

/** Two people at the same switch at once are rare; this many in a row are a bug. */
const MAX_TRIES = 5;

/** Lets sends begin again, or proposes that where it takes two people. Only people do. */
@Injectable()
export class TurnSwitchOff {
  constructor(
    private readonly switches: SwitchesRepository,
    private readonly operators: OperatorsRepository,
    private readonly throttle: PurchaseThrottle,
  ) {}

  /** @returns the switch: off, or still on with the proposal. */
  async run(id: string, reason: string, by: RequestActor): Promise<Switch> {
    const person = personOf(by);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { found, now } = await this.read(id);
      if (found.state !== 'on')
        throw new AppError('switch_ended', 'The switch is off already, or has come to its end.');
      await requireStill(this.operators, person.id, 'ops:act');
      const offProposal = (await stands(this.operators, found.offProposal, 'ops:act')) ? found.offProposal : null;
      const mayApprove = await this.operators.mayAct(person.id, 'ops:approve');
      const step = offStepOf({ ...found, offProposal }, { id: person.id, mayApprove }, await this.isPaused(found), now);
      if (await this.take(step, found, { operatorId: person.id, reason }, by)) return (await this.read(id)).found;
    }
    throw new Error('the switch changed too often while a decision on it was made');
  }

  /** @returns false if somebody else was faster. Throws AppError where the person may not. */
  private take(
    step: ReturnType<typeof offStepOf>,
    found: Switch,
    by: { readonly operatorId: string; readonly reason: string },
    actor: RequestActor,
  ): Promise<boolean> {
    switch (step) {
      case 'approver_required':
        throw new AppError('approver_required', 'The provider is paused by itself: it takes an approver.');
      case 'second_person_required':
        throw new AppError('second_person_required', 'Somebody else has to turn off what you have proposed to.');
      case 'propose':
        return this.switches.proposeOff(found, by, applied(actor, switchOffProposed(found.id)));
      case 'turn_off':
        return this.switches.turnOff(found, by, applied(actor, switchTurnedOff(found.id, found.scope, found.until)));
    }
  }

  private async isPaused({ scope }: Switch): Promise<boolean> {
    return [...(await this.throttle.pauses()).keys()].some((provider) => coversProvider(scope, provider));
  }

  private async read(id: string): Promise<{ readonly found: Switch; readonly now: Date }> {
    const read = await this.switches.find(id);
    if (!read) throw new AppError('switch_not_found', 'There is no such switch.');
    return read;
  }
}
