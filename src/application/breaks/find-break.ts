import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Entered } from '../../domain/ledger/rules.js';
import { BREAKS, type BreakResolution } from '../../domain/reconciliation/break-types.js';
import { isUndecided, type Break, type BreakEvent } from '../../domain/reconciliation/break.js';
import { decide } from '../../domain/reconciliation/decide.js';
import { BreaksRepository, type BreakFilter, type NearOrder } from '../../persistence/breaks/breaks.repository.js';
import { BreakDecisionsRepository } from '../../persistence/breaks/decisions.repository.js';

export type { BreakFilter, NearOrder };

/** What a person may decide, and what that would post; null: nothing can be decided so, as the books are. */
export interface Choice {
  readonly resolution: BreakResolution;
  readonly posts: readonly Entered[] | null;
}

export interface WholeBreak {
  readonly found: Break;
  readonly events: readonly BreakEvent[];
  readonly choices: readonly Choice[];
  readonly near: readonly NearOrder[];
}

/** Of near misses, more are no help. */
const MOST_NEAR = 5;

/** Breaks are of the whole gateway: a provider's list and its statements are of all tenants. */
@Injectable()
export class FindBreak {
  constructor(
    private readonly breaks: BreaksRepository,
    private readonly decisions: BreakDecisionsRepository,
  ) {}

  async run(id: string): Promise<Break> {
    const found = await this.breaks.find(id);
    if (!found) throw new AppError('break_not_found', 'There is no such break.');
    return found;
  }

  /** With its history, what may be made of it, and what it may be about. */
  async whole(id: string): Promise<WholeBreak> {
    const found = await this.run(id);
    const events = await this.breaks.events(id);
    if (!isUndecided(found)) return { found, events, choices: [], near: [] };
    const about = await this.decisions.read(found);
    const choices = BREAKS[found.type].resolutions.map((resolution) => ({
      resolution,
      posts: decide(resolution, about),
    }));
    const near = found.orderId === null ? await this.breaks.near(found, MOST_NEAR) : [];
    return { found, events, choices, near };
  }

  /** Newest first. `next` is the position of the next page; null if this is the last one. */
  async page(
    filter: BreakFilter,
    before: string | null,
    limit: number,
  ): Promise<{ readonly breaks: readonly Break[]; readonly next: string | null }> {
    const found = await this.breaks.list(filter, before, limit + 1);
    const breaks = found.slice(0, limit);
    return { breaks, next: found.length > limit ? (breaks.at(-1)?.id ?? null) : null };
  }
}
