import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LEASE_MS } from '../../domain/purchases/timing.js';
import { TIMING } from '../../domain/reconciliation/break-types.js';
import { breakKeyText, factsText, type Finding } from '../../domain/reconciliation/finding.js';
import { judge } from '../../domain/reconciliation/judge.js';
import type { Terms } from '../../domain/reconciliation/legs.js';
import { inputText, type Run, type RunCounts } from '../../domain/reconciliation/run.js';
import { settleMsOf, termsOf } from '../../domain/reconciliation/terms.js';
import { MatchRepository, type Matching, type MatchRow } from '../../persistence/reconciliation/match.repository.js';
import { RunsRepository, type KeptFinding } from '../../persistence/reconciliation/runs.repository.js';
import { SnapshotsRepository } from '../../persistence/reconciliation/snapshots.repository.js';
import type { Lease } from '../../persistence/tasks/lease.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { crashPoint } from '../crash-point.js';
import { FinanceSettings } from '../ledger/finance-settings.js';
import { PostLedger } from '../ledger/post-ledger.js';

/**
 * Compares orders, the provider's list and its statements, as they are at one moment, and settles what is found into
 * breaks. Killed, it begins anew: it is deterministic, and takes seconds.
 */
@Injectable()
export class MatchRecords {
  constructor(
    private readonly runs: RunsRepository,
    private readonly snapshots: SnapshotsRepository,
    private readonly match: MatchRepository,
    private readonly tasks: TasksRepository,
    private readonly ledger: PostLedger,
    private readonly providers: ProviderDirectory,
    private readonly settings: FinanceSettings,
  ) {}

  async run(lease: Lease): Promise<void> {
    const run = await this.runs.find(lease.subjectId);
    if (run?.status !== 'matching' || run.snapshotId === null) return this.tasks.end(lease);
    const provider = this.providers.find(run.provider);
    if (!provider) return this.runs.fail(lease, 'match', 'provider_not_enabled');
    const snapshot = await this.snapshots.find(run.snapshotId);
    if (!snapshot) throw new Error('the snapshot of a run has gone');

    await this.ledger.catchUp();
    const nth = await this.runs.begin(lease);
    if (nth === null) return;
    const mayClear = snapshot.unread === 0;
    const coverage = mayClear ? snapshot.coverage : 'known_only';
    const terms = termsOf(run.provider, provider.capabilities, coverage);
    const about = { terms, settleMs: settleMsOf(provider.capabilities), snapshot, timeZone: this.settings.timeZone };
    await this.match.read(run, about, async (sums, matching) => {
      const inputHash = hash('sha256', inputText(run, snapshot.id, sums.statements, sums), 'buffer');
      const earlier = await this.runs.earlier(run, inputHash);
      if (earlier !== null) return this.runs.completeAs(lease, earlier, inputHash);
      const counts = await this.judge(lease, nth, run, matching, terms);
      if (!counts) return;
      crashPoint('matched');
      await this.runs.complete(lease, { inputHash, legs: matching.legs(), counts, mayClear });
    });
    crashPoint('settled');
  }

  /** @returns null if another has taken over. */
  private async judge(
    lease: Lease,
    nth: number,
    run: Run,
    matching: Matching,
    terms: Terms,
  ): Promise<RunCounts | null> {
    const types: Record<string, number> = {};
    let agreed = 0;
    for await (const rows of matching.rows()) {
      const found = rows.map((row) => ({ row, findings: judge(row.o, row.p, row.s, terms) }));
      agreed += found.filter(({ findings }) => findings.length === 0).length;
      const kept = found.flatMap(({ row, findings }) => findings.map((finding) => keptFinding(run, row, finding)));
      for (const { type } of kept) types[type] = (types[type] ?? 0) + 1;
      await this.runs.addFindings(lease, nth, kept);
      crashPoint('findings_added');
      if (!(await this.runs.keep(lease, LEASE_MS))) return null;
    }
    const all = Object.values(types).reduce((sum, each) => sum + each, 0);
    const timing = [...TIMING].reduce((sum, type) => sum + (types[type] ?? 0), 0);
    return { agreed: agreed + matching.agreed(), timing, breaks: all - timing, types };
  }
}

const LINE = /^(stm_\w+):(\d+)$/;

const keptFinding = ({ provider }: Run, { o }: MatchRow, finding: Finding): KeptFinding => {
  const [, statementId = null, line = null] = LINE.exec(finding.subject) ?? [];
  return {
    ...finding,
    key: hash('sha256', breakKeyText(provider, finding), 'buffer'),
    factsHash: hash('sha256', factsText(finding), 'buffer'),
    orderId: statementId === null ? (o?.id ?? null) : null,
    statementId,
    line: line === null ? null : Number(line),
  };
};
