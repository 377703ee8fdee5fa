import { useMutation, useQueryClient } from '@tanstack/react-query';

/** Whatever was done, all that is shown is read again. */
export const useAct = <Given, Result>(mutationFn: (given: Given) => Promise<Result>) => {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => queries.invalidateQueries() });
};

export interface Under {
  /** One for each form as it is filled in, whatever becomes of the tries. */
  readonly idempotencyKey: string;
}

export const under = ({ idempotencyKey }: Under) => ({ header: { 'Idempotency-Key': idempotencyKey } });
