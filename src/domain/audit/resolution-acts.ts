import type { OrderChange } from '../orders/order-change.js';
import type { Order } from '../orders/order.js';
import type { Act } from './act.js';
import type { ResolutionKept, ResolvedKept } from './act-states.js';

type Proposed = 'resolution.propose' | 'resolution.reject' | 'resolution.withdraw';

/** Of a decision that leaves its order as it is. */
export const onResolution = <T extends Proposed>(type: T, subject: string, after: ResolutionKept): Act<Proposed> => ({
  type,
  subject,
  before: null,
  after: { resolution: after.resolution, decision: after.decision },
});

/** Of one that is carried out. */
export const resolved = (
  type: 'resolution.apply' | 'resolution.approve',
  { base, order }: Pick<OrderChange, 'base' | 'order'>,
  { resolution, decision }: ResolutionKept,
): Act<'resolution.apply' | 'resolution.approve'> => ({
  type,
  subject: order.id,
  before: orderKept(base.order),
  after: { resolution, decision, ...orderKept(order) },
});

const orderKept = ({ status, review }: Order): ResolvedKept => ({ status, review: review?.reason ?? null });
