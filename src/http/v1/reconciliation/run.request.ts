import type { RunFilter } from '../../../application/reconciliation/find-run.js';
import type { WantedRun } from '../../../application/reconciliation/start-run.js';
import type { MonthId } from '../../../domain/periods/month.js';
import { RUN_STATUSES, type RunStatus } from '../../../domain/reconciliation/run.js';
import { BREAK_TYPES } from '../../../domain/reconciliation/break-types.js';
import { BooleanField, EnumField } from '../../validation/field.js';
import { ProviderIdField } from '../../validation/id.field.js';
import { RUN_ID } from '../../validation/id-patterns.js';
import { PagingQuery } from '../../validation/paging.js';
import { PeriodField } from '../../validation/period.field.js';
import { TextField } from '../../validation/text.field.js';
import { TimeField } from '../../validation/time.field.js';

export class StartRunRequest {
  @ProviderIdField({ about: 'Whose list and statements' }) provider!: string;

  @TextField(
    { min: 1, max: 200 },
    {
      about: "An account of a tenant's own at the provider; left out, that of the gateway",
      optional: true,
      example: 'sub_42',
    },
  )
  account?: string;

  @PeriodField({ about: 'Orders that were bought or retired in this month, and whatever is still open' })
  period!: MonthId;

  @TimeField({
    about: 'Only what happened before this time; left out, the end of the month, or as late as is possible',
    optional: true,
    example: '2026-12-01T00:00:00Z',
  })
  cut_off?: string;

  @BooleanField({ about: 'Only find, and leave every break as it is', optional: true, example: false })
  dry_run?: boolean;

  @BooleanField({
    about: 'Read the list of the provider anew, though it was read within the last 15 minutes',
    optional: true,
    example: false,
  })
  fresh?: boolean;
}

export const wantedRunFrom = (body: StartRunRequest): WantedRun => ({
  provider: body.provider,
  account: body.account ?? null,
  periodId: body.period,
  cutOffAt: body.cut_off === undefined ? null : new Date(body.cut_off),
  dryRun: body.dry_run ?? false,
  fresh: body.fresh ?? false,
});

export class ListRunsRequest extends PagingQuery {
  @ProviderIdField({ about: 'Only those of this provider', optional: true }) provider?: string;
  @PeriodField({ about: 'Only those of this month', optional: true }) period?: MonthId;
  @EnumField(RUN_STATUSES, { about: 'Only those in this state', optional: true }) status?: RunStatus;
}

export const runFilterFrom = ({ provider, period, status }: ListRunsRequest): RunFilter => ({
  ...(provider !== undefined && { provider }),
  ...(period !== undefined && { periodId: period }),
  ...(status !== undefined && { status }),
});

/** @returns null if the parts are not a position */
export const runPositionFrom = ([id]: readonly string[]): string | null =>
  id !== undefined && RUN_ID.test(id) ? id : null;

/** @returns null if the parts are not a position */
export const findingPositionFrom = (parts: readonly string[]): readonly [string, string] | null => {
  const [type, subject] = parts;
  if (parts.length !== 2 || type === undefined || subject === undefined || subject.includes('\0')) return null;
  return BREAK_TYPES.some((known) => known === type) ? [type, subject] : null;
};
