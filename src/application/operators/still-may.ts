import { AppError } from '../../domain/errors.js';
import type { OperatorsRepository } from '../../persistence/access/operators.repository.js';

type Scope = Parameters<OperatorsRepository['mayAct']>[1];

/** Keys and sessions are remembered for some seconds. Throws `second_person_required` for whoever may not decide any more. */
export const requireStill = async (operators: OperatorsRepository, id: string, scope: Scope): Promise<void> => {
  if (await operators.mayAct(id, scope)) return;
  throw new AppError('second_person_required', 'You may not decide on this any more; somebody else has to.');
};

/** Whether somebody stands for a proposal who may still make it. */
export const stands = async (
  operators: OperatorsRepository,
  proposal: { readonly by: { readonly id: string } } | null,
  scope: Scope,
): Promise<boolean> => proposal !== null && (await operators.mayAct(proposal.by.id, scope));
