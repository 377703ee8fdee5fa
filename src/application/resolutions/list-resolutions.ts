import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { DECISION_NAMES, type Decision, type Refusal } from '../../domain/resolutions/decisions.js';
import type { Resolution, ResolutionState } from '../../domain/resolutions/resolution.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { ResolutionsRepository } from '../../persistence/resolutions/resolutions.repository.js';
import { ExamineCase } from './examine-case.js';

/** More of one order than anybody wants to read. */
const HISTORY = 50;

/** A decision as it stands for an order before the provider is read. */
export interface Choice {
  readonly decision: Decision;
  readonly refused: { readonly refusal: Refusal; readonly until: Date | null } | null;
}

@Injectable()
export class ListResolutions {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly resolutions: ResolutionsRepository,
    private readonly examine: ExamineCase,
  ) {}

  /** Every decision with what stands in its way, and those made before, newest first. */
  async ofOrder(orderId: string): Promise<{
    readonly version: number;
    readonly choices: readonly Choice[];
    readonly history: readonly Resolution[];
  }> {
    const state = await this.orders.readState(orderId);
    if (!state) throw new AppError('order_not_found', 'There is no such order.');
    const choices = DECISION_NAMES.map((decision) => ({ decision, refused: this.examine.refusedNow(state, decision) }));
    return { version: state.order.version, choices, history: await this.resolutions.ofOrder(orderId, HISTORY) };
  }

  async find(id: string): Promise<Resolution> {
    const found = await this.resolutions.find(id);
    if (!found) throw new AppError('resolution_not_found', 'There is no such resolution.');
    return found;
  }

  /** Newest first. `next`: the id before which the next page goes on. */
  async page(
    state: ResolutionState,
    before: string | null,
    limit: number,
  ): Promise<{ readonly resolutions: readonly Resolution[]; readonly next: string | null }> {
    const found = await this.resolutions.list(state, before, limit + 1);
    const resolutions = found.slice(0, limit);
    return { resolutions, next: found.length > limit ? (resolutions.at(-1)?.id ?? null) : null };
  }
}
