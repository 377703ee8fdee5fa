import { Injectable } from '@nestjs/common';
import { COST_GROUPS, CostGroups, type CostGrouping } from '../../domain/exports/cost-groups.js';
import type { MonthId } from '../../domain/periods/month.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { csvRecords } from '../statements/csv-records.js';
import { packExport } from './pack-export.js';
import { ReadExport, ready, type ReadyExport } from './read-export.js';

/**
 * The costs of a month, summed up by tenant or label. The lines of the export are added up, so that the sums are those of
 * the file that was exported: of a closed month, what the closing has kept.
 */
@Injectable()
export class GroupCosts {
  constructor(private readonly exports: ReadExport) {}

  /** Throws `period_not_found`. */
  async run(period: MonthId, version: number | undefined, by: CostGrouping, scope: TenantScope): Promise<ReadyExport> {
    const costs = await this.exports.ofMonth('costs', period, version, scope);
    const groups = new CostGroups(by);
    let header: readonly string[] | null = null;
    for await (const { cells } of csvRecords(costs.bytes, { encoding: 'utf-8', delimiter: ',' })) {
      if (header === null) header = cells;
      else groups.add(Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
    }
    const name = `${costs.name}-by-${by === 'tenant' ? 'tenant' : 'label'}`;
    return ready(name, await packExport(COST_GROUPS, [groups.sums()], () => null));
  }
}
