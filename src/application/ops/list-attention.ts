import { Injectable } from '@nestjs/common';
import { ATTENTION_REASONS, type Attention } from '../../domain/operators/attention.js';
import {
  AttentionRepository,
  type AttentionFilter,
  type AttentionPosition,
} from '../../persistence/ops/attention.repository.js';

export type { AttentionFilter, AttentionPosition };

export interface AttentionPage {
  readonly entries: readonly Attention[];
  /** Where the next page begins; null if there is none. */
  readonly next: AttentionPosition | null;
}

/** Orders that a person may have to look at, the worst first. */
@Injectable()
export class ListAttention {
  constructor(private readonly attention: AttentionRepository) {}

  async run(filter: AttentionFilter, after: AttentionPosition | null, limit: number): Promise<AttentionPage> {
    const found = await this.attention.page(filter, after, limit + 1);
    const entries = found.slice(0, limit);
    const last = entries.at(-1);
    const next = last && found.length > limit ? positionOf(last) : null;
    return { entries, next };
  }
}

const positionOf = ({ order, reason, since }: Attention): AttentionPosition => ({
  place: ATTENTION_REASONS.indexOf(reason),
  since,
  id: order.id,
});
