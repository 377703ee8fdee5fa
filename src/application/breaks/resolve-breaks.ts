import { Injectable } from '@nestjs/common';
import { AppError, type ErrorCode } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import type { BreakResolution } from '../../domain/reconciliation/break-types.js';
import { FindBreak } from './find-break.js';
import { ResolveBreak, type Resolved } from './resolve-break.js';

/** What became of one of many: decided, proposed, or why it was refused. */
export interface BulkOutcome {
  readonly id: string;
  readonly resolved: Resolved | null;
  readonly refusal: ErrorCode | null;
}

/** Decides the same of many breaks of one type. Each is a decision of its own: what one is refused for stops no other. */
@Injectable()
export class ResolveBreaks {
  constructor(
    private readonly find: FindBreak,
    private readonly resolve: ResolveBreak,
  ) {}

  async run(
    ids: readonly string[],
    wanted: { readonly resolution: BreakResolution; readonly note: string },
    by: RequestActor,
  ): Promise<readonly BulkOutcome[]> {
    const types = new Set<string>();
    for (const id of ids) types.add((await this.find.run(id)).type);
    if (types.size > 1)
      throw new AppError('resolution_not_allowed', 'Breaks that are resolved together have to be of one type.', {
        errors: { breaks: [`are of ${[...types].join(', ')}`] },
      });
    const outcomes: BulkOutcome[] = [];
    for (const id of ids) outcomes.push(await this.one(id, wanted, by));
    return outcomes;
  }

  private async one(
    id: string,
    wanted: { readonly resolution: BreakResolution; readonly note: string },
    by: RequestActor,
  ): Promise<BulkOutcome> {
    try {
      return { id, resolved: await this.resolve.run(id, { ...wanted, orderId: null }, by), refusal: null };
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code === 'operator_key_required') throw thrown;
      return { id, resolved: null, refusal: thrown.code };
    }
  }
}
