import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { EXPORT_NAMES, type ExportName } from '../../domain/exports/exports.js';
import type { MonthId } from '../../domain/periods/month.js';
import type { ExportFile, FileFacts } from '../../domain/exports/export-file.js';
import { ExportsRepository } from '../../persistence/exports/exports.repository.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';
import { noSuchPeriod } from '../ledger/list-transfers.js';
import { MonthExports } from './month-exports.js';
import { bytesOf, noRows } from './pack-export.js';

export type { TenantScope };
export { EXPORT_NAMES, type ExportName };

/** A file that is ready to be sent. */
export interface ReadyExport extends FileFacts {
  /** Without what it ends with: journal-2026-11-v1 */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** An export of a month: as a closing has kept it, the same bytes for ever, or of an open one as the books are now. */
@Injectable()
export class ReadExport {
  constructor(
    private readonly periods: PeriodsRepository,
    private readonly exports: ExportsRepository,
    private readonly months: MonthExports,
  ) {}

  /** `version`: of the closing; left out, the latest one of a month that is closed. Throws `period_not_found`. */
  async ofMonth(
    kind: ExportName,
    periodId: MonthId,
    version: number | undefined,
    scope: TenantScope,
  ): Promise<ReadyExport> {
    const period = await this.periods.find(periodId);
    if (!period) throw noSuchPeriod();
    const closed = version ?? (period.status === 'closed' ? period.version : null);
    const name = `${kind}-${periodId}`;
    if (closed === null) return ready(`${name}-open`, await this.months.write(kind, period, null, scope));
    const sealed = { periodId, version: closed, kind };
    const found = await this.exports.find(sealed, scope);
    if (!found) throw new AppError('period_not_found', `The month was closed ${period.version} times.`);
    return {
      name: `${name}-v${closed}`,
      ...(found.facts ?? noRows(found.header)),
      bytes: bytesOf(found.header, this.exports.chunks(sealed, scope)),
    };
  }

  /** Retirements of a year, as the books are now. */
  async ofYear(year: number, scope: TenantScope): Promise<ReadyExport> {
    return ready(`retirements-${year}`, await this.months.writeYear(year, scope));
  }
}

/** A file that was just written, as it is sent. */
export const ready = (name: string, { header, all, chunks }: ExportFile): ReadyExport => ({
  name,
  ...all,
  bytes: bytesOf(
    header,
    chunks.map(({ gz }) => gz),
  ),
});
