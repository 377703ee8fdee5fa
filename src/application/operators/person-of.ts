import { AppError } from '../../domain/errors.js';
import type { ActingOperator } from '../../domain/operators/operator.js';
import type { RequestActor } from '../../domain/orders/cause.js';

/** Throws `operator_key_required` for a machine. */
export const personOf = ({ operator }: RequestActor): Pick<ActingOperator, 'id' | 'name'> => {
  if (operator) return operator;
  throw new AppError('operator_key_required', 'Only a person can decide on this.');
};
