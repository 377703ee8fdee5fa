import type { Order } from '../orders/order.js';
import { REVIEW_REASONS, type ReviewReason } from '../orders/review.js';

/** Why a person may have to look at an order: under review, or in doubt, which mostly ends by itself. */
export type AttentionReason = ReviewReason | 'in_doubt';

/** The most serious first. */
export const ATTENTION_REASONS: readonly AttentionReason[] = [
  ...(Object.keys(REVIEW_REASONS) as ReviewReason[]),
  'in_doubt',
];

export interface Attention {
  readonly order: Order;
  readonly reason: AttentionReason;
  readonly since: Date;
  /** Who has it in hand. */
  readonly owner: { readonly id: string; readonly name: string } | null;
  /** The decision on it that waits for a second person. */
  readonly proposalId: string | null;
  /** When the gateway looks at it next by itself; null where it does not. */
  readonly nextTryAt: Date | null;
}
