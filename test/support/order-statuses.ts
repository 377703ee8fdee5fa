import { isOutcomePending, isTerminal, ORDER_STATUSES, type OrderStatus } from '../../src/domain/orders/lifecycle.js';

const listed = (wanted: (status: OrderStatus) => boolean): string =>
  `(${ORDER_STATUSES.filter(wanted)
    .map((status) => `'${status}'`)
    .join(', ')})`;

/** For SQL, as in `status NOT IN ${TERMINAL}`. */
export const TERMINAL = listed(isTerminal);

/** For SQL: statuses in which it is not known yet what the provider made of the order. */
export const OUTCOME_PENDING = listed(isOutcomePending);
