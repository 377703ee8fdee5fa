import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { MonthId } from '../../domain/periods/month.js';
import { CUT_OFF_MARGIN_MS, type Run } from '../../domain/reconciliation/run.js';
import { settleMsOf } from '../../domain/reconciliation/terms.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';
import { RunsRepository } from '../../persistence/reconciliation/runs.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { FindRun } from './find-run.js';

/** No provider that is known takes longer. */
const LONGEST_SETTLE_MS = 3_600_000;

export interface WantedRun {
  readonly provider: string;
  readonly account: string | null;
  readonly periodId: MonthId;
  /** Null: the end of the period, or as late as can be. */
  readonly cutOffAt: Date | null;
  readonly dryRun: boolean;
  readonly fresh: boolean;
}

/** Begins to compare what a provider lists and invoices with what was ordered. Workers carry it on. */
@Injectable()
export class StartRun {
  constructor(
    private readonly runs: RunsRepository,
    private readonly find: FindRun,
    private readonly periods: PeriodsRepository,
    private readonly providers: ProviderDirectory,
  ) {}

  async run(wanted: WantedRun, by: Actor): Promise<Run> {
    const { provider, account, periodId, dryRun } = wanted;
    const cutOffAt = await this.cutOff(wanted, by);
    const id = await this.runs.start({ provider, account, periodId, cutOffAt, dryRun }, wanted.fresh, by);
    if (id === null) {
      const atWork = await this.runs.atWork(provider, account);
      throw new AppError('reconciliation_running', `Run ${atWork ?? ''} of this provider is at work; wait for it.`, {
        ...(atWork !== null && { runId: atWork }),
      });
    }
    return this.find.run(id);
  }

  private async cutOff({ provider: id, periodId, cutOffAt }: WantedRun, by: Actor): Promise<Date> {
    const settleMs = this.settleMs(id, by);
    const period = (await this.periods.list()).find((each) => each.id === periodId);
    if (!period) throw new AppError('period_not_found', 'There is no such period.');
    const latest = new Date((await this.periods.now()).getTime() - settleMs - CUT_OFF_MARGIN_MS);
    const wanted = cutOffAt ?? (period.endsAt < latest ? period.endsAt : latest);
    if (wanted > latest || wanted <= period.startsAt)
      throw new AppError(
        'cut_off_not_possible',
        `The cut-off has to be after ${period.startsAt.toISOString()}, when the period began, and not after ${latest.toISOString()}: what is younger, the provider may not show yet.`,
        { errors: { cut_off: ['is outside of what can be compared'] } },
      );
    return wanted;
  }

  /** The command line has no keys of providers: whether one is enabled, the worker finds out. */
  private settleMs(id: string, by: Actor): number {
    const provider = this.providers.find(id);
    if (provider) return settleMsOf(provider.capabilities);
    if (by.by === 'operator' && this.providers.knows(id)) return LONGEST_SETTLE_MS;
    throw new AppError('provider_not_enabled', 'This provider is not enabled here; see GET /v1/providers.');
  }
}
