import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Run } from '../../domain/reconciliation/run.js';
import { RunsRepository, type ReadFinding, type RunFilter } from '../../persistence/reconciliation/runs.repository.js';

export type { ReadFinding, RunFilter };

/** Runs are of the whole gateway: a provider lists an account, on which all tenants buy. */
@Injectable()
export class FindRun {
  constructor(private readonly runs: RunsRepository) {}

  async run(id: string): Promise<Run> {
    const run = await this.runs.find(id);
    if (!run) throw new AppError('reconciliation_not_found', 'There is no such run.');
    return run;
  }

  /** Newest first. `next` is the position of the next page; null if this is the last one. */
  async page(
    filter: RunFilter,
    before: string | null,
    limit: number,
  ): Promise<{ readonly runs: readonly Run[]; readonly next: string | null }> {
    const found = await this.runs.list(filter, before, limit + 1);
    const runs = found.slice(0, limit);
    return { runs, next: found.length > limit ? (runs.at(-1)?.id ?? null) : null };
  }

  /** By type and what they are about. Of a run that had the same to compare as an earlier one, those of that. */
  async findings(
    id: string,
    after: readonly [type: string, subject: string] | null,
    limit: number,
  ): Promise<{ readonly findings: readonly ReadFinding[]; readonly next: readonly [string, string] | null }> {
    const { sameAs } = await this.run(id);
    const found = await this.runs.findings(sameAs ?? id, after, limit + 1);
    const findings = found.slice(0, limit);
    const last = findings.at(-1);
    return { findings, next: found.length > limit && last ? [last.type, last.subject] : null };
  }
}
