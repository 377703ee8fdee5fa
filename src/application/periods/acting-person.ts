import { AppError } from '../../domain/errors.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { Closing } from '../../domain/periods/closing.js';
import type { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import type { ClosingBy, ClosingsRepository } from '../../persistence/periods/closings.repository.js';
import { personOf } from '../operators/person-of.js';
import { requireStill } from '../operators/still-may.js';

/** Why, and under which key: null at the command line. */
export interface Wish {
  readonly note: string;
  readonly key: ClosingBy['key'];
}

/**
 * Months are closed and reopened by people. Throws `operator_key_required` for a machine, and `second_person_required`
 * for one who may not act any more.
 */
export const closingBy = async (
  operators: OperatorsRepository,
  by: Actor,
  scope: 'finance:write' | 'finance:approve',
  wish: Wish,
): Promise<ClosingBy> => {
  if (by.by === 'operator') return { person: by.name, keyId: null, ...wish };
  const { id } = personOf(by);
  await requireStill(operators, id, scope);
  return { person: id, keyId: by.keyId, ...wish };
};

/** What a repeat gets: what was done the first time. Null if the key is new. Throws `idempotency_key_reused`. */
export const earlierAct = async (closings: ClosingsRepository, { person, key }: ClosingBy): Promise<Closing | null> => {
  const earlier = key && (await closings.actedWith(person, key.key));
  if (!earlier) return null;
  if (Buffer.compare(earlier.fingerprint, key.fingerprint) === 0) return earlier.closing;
  throw new AppError('idempotency_key_reused', 'The Idempotency-Key was used before with another payload.');
};
