import { Injectable } from '@nestjs/common';
import { AppError, type ErrorCode } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import type { BreakResolution } from '../../domain/reconciliation/break-types.js';
import { isUndecided, type Break } from '../../domain/reconciliation/break.js';
import { ApprovalLimit } from './approval-limit.js';
import { FindBreak } from './find-break.js';
import { ResolveBreak, type Resolved } from './resolve-break.js';

/** What became of one of many, or would: decided, proposed, or why it was refused. */
export interface BulkOutcome {
  readonly id: string;
  readonly resolved: Resolved | null;
  /** Another person approves it, because it posts more than one may. */
  readonly takesTwo: boolean;
  readonly refusal: ErrorCode | null;
}

/** Decides the same of many breaks of one type. Each is a decision of its own: what one is refused for stops no other. */
@Injectable()
export class ResolveBreaks {
  constructor(
    private readonly find: FindBreak,
    private readonly resolve: ResolveBreak,
    private readonly limit: ApprovalLimit,
  ) {}

  async run(
    ids: readonly string[],
    wanted: { readonly resolution: BreakResolution; readonly note: string },
    by: RequestActor,
  ): Promise<readonly BulkOutcome[]> {
    await this.ofOneType(ids);
    const outcomes: BulkOutcome[] = [];
    for (const id of ids) outcomes.push(await this.one(id, wanted, by));
    return outcomes;
  }

  /** What `run` would come to, as the books are. Nothing is decided. */
  async preview(ids: readonly string[], resolution: BreakResolution): Promise<readonly BulkOutcome[]> {
    const outcomes: BulkOutcome[] = [];
    for (const found of await this.ofOneType(ids)) {
      const { id } = found;
      const posted = isUndecided(found) ? await this.resolve.preview(found, resolution) : null;
      if (posted !== null)
        outcomes.push({ id, resolved: { found, posted }, takesTwo: this.limit.isBelow(posted), refusal: null });
      else
        outcomes.push({
          id,
          resolved: null,
          takesTwo: false,
          refusal: isUndecided(found) ? 'resolution_not_allowed' : 'break_not_open',
        });
    }
    return outcomes;
  }

  private async ofOneType(ids: readonly string[]): Promise<readonly Break[]> {
    const breaks: Break[] = [];
    for (const id of ids) breaks.push(await this.find.run(id));
    const types = new Set(breaks.map(({ type }) => type));
    if (types.size > 1)
      throw new AppError('resolution_not_allowed', 'Breaks that are resolved together have to be of one type.', {
        errors: { breaks: [`are of ${[...types].join(', ')}`] },
      });
    return breaks;
  }

  private async one(
    id: string,
    wanted: { readonly resolution: BreakResolution; readonly note: string },
    by: RequestActor,
  ): Promise<BulkOutcome> {
    try {
      const resolved = await this.resolve.run(id, { ...wanted, orderId: null }, by);
      return { id, resolved, takesTwo: isUndecided(resolved.found), refusal: null };
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code === 'operator_key_required') throw thrown;
      return { id, resolved: null, takesTwo: false, refusal: thrown.code };
    }
  }
}
