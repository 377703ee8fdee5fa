import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LEASE_MS } from '../../domain/purchases/timing.js';
import { allocateLines, type LinePart } from '../../domain/reconciliation/aggregate.js';
import { BREAK_TYPES, BY_RULE, TIMING, type BreakType } from '../../domain/reconciliation/break-types.js';
import { breakKeyText, factsText, type Finding } from '../../domain/reconciliation/finding.js';
import { judge } from '../../domain/reconciliation/judge.js';
import { judgeBooks } from '../../domain/reconciliation/judge-books.js';
import { judgePool } from '../../domain/reconciliation/left-of-pool.js';
import type { Terms } from '../../domain/reconciliation/legs.js';
import { judgePayments } from '../../domain/reconciliation/payments.js';
import { judgeUnlinked } from '../../domain/reconciliation/refund-due.js';
import { inputText, type Run, type RunCounts } from '../../domain/reconciliation/run.js';
import { settleMsOf, termsOf } from '../../domain/reconciliation/terms.js';
import { MatchRepository, type LegTerms, type Matching } from '../../persistence/reconciliation/match.repository.js';
import { RunsRepository, type KeptFinding } from '../../persistence/reconciliation/runs.repository.js';
import { SettlingRepository } from '../../persistence/reconciliation/settling.repository.js';
import { SnapshotsRepository } from '../../persistence/reconciliation/snapshots.repository.js';
import type { Lease } from '../../persistence/tasks/lease.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { crashPoint } from '../crash-point.js';
import { FinanceSettings } from '../ledger/finance-settings.js';
import { PostLedger } from '../ledger/post-ledger.js';
import { OpenMonths } from '../periods/open-months.js';
import { holdLease } from './hold-lease.js';

/** Somebody accepts, reverses or decides all the time: then it is tried again later. */
const TRIES = 3;
const LATER_MS = 30_000;

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
    private readonly settling: SettlingRepository,
    private readonly tasks: TasksRepository,
    private readonly ledger: PostLedger,
    private readonly months: OpenMonths,
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
    const { capabilities } = provider;
    const { settlement } = capabilities;
    const coverage = snapshot.unread === 0 ? snapshot.coverage : 'known_only';
    const about = {
      terms: termsOf(run.provider, capabilities, coverage),
      settleMs: settleMsOf(capabilities),
      snapshot,
      timeZone: this.settings.timeZone,
      aggregatesIn: settlement.lines === 'aggregate' ? settlement.timeZone : null,
    };
    for (let tries = 1; tries <= TRIES; tries += 1)
      if (await holdLease(this.runs, lease, () => this.compare(lease, run, about))) return;
    await this.tasks.release(lease, LATER_MS);
  }

  /** @returns false if what was compared has changed meanwhile. */
  private async compare(lease: Lease, run: Run, about: LegTerms): Promise<boolean> {
    await this.ledger.catchUp();
    await this.months.current();
    const nth = await this.runs.begin(lease);
    if (nth === null) return true;
    const isDone = await this.match.read(run, about, async (sums, matching) => {
      const inputHash = hash('sha256', inputText(run, about.snapshot.id, sums.statements, sums), 'buffer');
      const earlier = await this.runs.earlier(run, inputHash);
      if (earlier !== null) {
        await this.runs.completeAs(lease, earlier, inputHash);
        return true;
      }
      const judged = await this.judge(lease, nth, run, matching, about.terms);
      if (!judged) return true;
      crashPoint('matched');
      const mayClear = about.snapshot.unread === 0;
      const outcome = { inputHash, sums, legs: matching.legs(), mayClear, ...judged };
      return (await this.settling.complete(lease, run, outcome)) !== 'moved';
    });
    crashPoint('settled');
    return isDone;
  }

  /** @returns null if another has taken over. */
  private async judge(
    lease: Lease,
    nth: number,
    run: Run,
    matching: Matching,
    terms: Terms,
  ): Promise<{ readonly counts: RunCounts; readonly parts: readonly LinePart[] } | null> {
    const types: Partial<Record<BreakType, number>> = {};
    let agreed = 0;
    const keep = async (kept: readonly KeptFinding[]): Promise<boolean> => {
      if (kept.length === 0) return true;
      for (const { type } of kept) types[type] = (types[type] ?? 0) + 1;
      await this.runs.addFindings(lease, nth, kept);
      crashPoint('findings_added');
      return this.runs.keep(lease, LEASE_MS);
    };
    const { parts, findings: ofLines } = allocateLines(await matching.aggregates(), terms.taxRate);
    const allocated = await matching.allocated();
    const ofPools = (await matching.pools()).flatMap((left) =>
      judgePool(left).map((finding) => keptFinding(run, left.orderId, finding)),
    );
    const ofPayments = judgePayments(...(await matching.payments()));
    const ofClaims = judgeUnlinked(await matching.unlinkedClaims(), run.cutOffAt);
    const kept = [...ofLines, ...allocated, ...ofPayments, ...ofClaims].map((finding) =>
      keptFinding(run, null, finding),
    );
    if (!(await keep([...kept, ...ofPools]))) return null;
    for await (const orders of matching.books()) {
      const found = orders.flatMap((booked) => judgeBooks(booked).map((each) => keptFinding(run, booked.id, each)));
      if (!(await keep(found))) return null;
    }
    for await (const rows of matching.rows(parts)) {
      const found = rows.map((row) => ({ row, findings: judge(row.o, row.p, row.s, terms) }));
      agreed += found.filter(({ findings }) => findings.length === 0).length;
      const kept = found.flatMap(({ row, findings }) =>
        findings.map((finding) => keptFinding(run, row.o?.id ?? null, finding)),
      );
      if (!(await keep(kept))) return null;
    }
    const sumOf = (of: Iterable<BreakType>): number => [...of].reduce((sum, type) => sum + (types[type] ?? 0), 0);
    const [timing, byRule, all] = [sumOf(TIMING), sumOf(BY_RULE), sumOf(BREAK_TYPES)];
    const counts = { agreed: agreed + matching.agreed(), timing, byRule, breaks: all - timing - byRule, types };
    return { counts, parts };
  }
}

const LINE = /^(stm_\w+):(\d+)$/;

const keptFinding = ({ provider }: Run, orderId: string | null, finding: Finding): KeptFinding => {
  const [, statementId = null, line = null] = LINE.exec(finding.subject) ?? [];
  return {
    ...finding,
    key: hash('sha256', breakKeyText(provider, finding), 'buffer'),
    factsHash: hash('sha256', factsText(finding), 'buffer'),
    orderId: statementId === null ? orderId : null,
    statementId,
    line: line === null ? null : Number(line),
  };
};
