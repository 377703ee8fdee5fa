import { Injectable, Logger } from '@nestjs/common';
import type { ProviderCall, ProviderOrder } from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError, ReadThrottledError } from '../../domain/providers/provider-error.js';
import { CALL_DEADLINE_MS, CLOCK_SKEW_MS, LEASE_MARGIN_MS } from '../../domain/purchases/timing.js';
import { MAX_FAILURES, MAX_RESTARTS, SNAPSHOT_REUSE_MS, type Run } from '../../domain/reconciliation/run.js';
import { recordOf } from '../../domain/reconciliation/record.js';
import { RunsRepository } from '../../persistence/reconciliation/runs.repository.js';
import { SnapshotsRepository, type Snapshot } from '../../persistence/reconciliation/snapshots.repository.js';
import type { Lease } from '../../persistence/tasks/lease.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { crashPoint } from '../crash-point.js';
import { failureOf } from '../providers/failure-of.js';
import { callFor } from '../providers/provider-call.js';
import { holdLease } from './hold-lease.js';

/** One run of the task reads no longer than this, so that its process can stop, and others get their turn. */
const READ_MS = 20_000;

/** After a page that could not be had. */
const RETRY_MS = 30_000;

/** Known purchases that are read again, between two writes. */
const KNOWN = 10;

/**
 * Reads the provider's own list for a run, page by page; killed, it goes on behind the last page that was kept. Where the
 * provider lists nothing, each purchase that we know of is read again.
 */
@Injectable()
export class CollectRecords {
  private readonly logger = new Logger('reconciliation');

  constructor(
    private readonly runs: RunsRepository,
    private readonly snapshots: SnapshotsRepository,
    private readonly tasks: TasksRepository,
    private readonly providers: ProviderDirectory,
  ) {}

  async run(lease: Lease): Promise<void> {
    const run = await this.runs.find(lease.subjectId);
    if (run?.status !== 'collecting') return this.tasks.end(lease);
    const provider = this.providers.find(run.provider);
    if (!provider) return this.runs.fail(lease, 'collect', 'provider_not_enabled');
    const snapshot = await this.snapshotOf(lease, run, provider);
    if (!snapshot) return;
    try {
      await this.read(lease, run, provider, snapshot);
    } catch (thrown) {
      await this.failed(lease, run, snapshot.id, thrown);
    }
  }

  private async snapshotOf(lease: Lease, run: Run, provider: OffsetProvider): Promise<Snapshot | null> {
    if (run.snapshotId !== null) return this.snapshots.find(run.snapshotId);
    const coverage = provider.listOrders ? 'complete' : 'known_only';
    const times = { skewMs: CLOCK_SKEW_MS, reuseMs: SNAPSHOT_REUSE_MS };
    return holdLease(this.runs, lease, () => this.snapshots.forRun(lease, run, coverage, times));
  }

  /** As many pages as there is time for. */
  private async read(lease: Lease, run: Run, provider: OffsetProvider, begun: Snapshot): Promise<void> {
    const endMs = performance.now() + READ_MS;
    let snapshot = begun;
    while (!snapshot.isComplete) {
      if (performance.now() > endMs || !lease.outlasts(CALL_DEADLINE_MS + LEASE_MARGIN_MS))
        return this.tasks.release(lease, 0);
      const page = await (provider.listOrders
        ? this.listed(provider, run, snapshot)
        : this.known(provider, run, snapshot));
      // A row can slip from an unread page to one already read only if the list became shorter in between.
      if (snapshot.total !== null && page.total !== null && page.total < snapshot.total) {
        if (snapshot.restarts >= MAX_RESTARTS) return this.runs.fail(lease, 'collect', 'provider_list_unstable');
        await this.snapshots.restart(lease, snapshot);
      } else if (!(await this.snapshots.addPage(lease, snapshot, page))) return;
      crashPoint('page_collected');
      const next = await this.snapshots.find(snapshot.id);
      if (!next) return;
      snapshot = next;
    }
    await this.runs.collected(lease);
    crashPoint('collected');
  }

  private async listed(provider: OffsetProvider, run: Run, snapshot: Snapshot): Promise<Page> {
    const window = { createdFrom: snapshot.createdFrom, providerOfferingId: null };
    const call = unhurried(run);
    const listOrders = provider.listOrders?.bind(provider);
    if (!listOrders) throw new Error('the provider lists nothing');
    const page = await listOrders(window, snapshot.cursor, call).catch((thrown: unknown) => {
      throw failureOf(provider, thrown, 'listOrders');
    });
    return {
      records: page.orders.flatMap(recordOf),
      unread: page.unread.length,
      total: page.total,
      nextCursor: page.nextCursor,
    };
  }

  /** The cursor is the last order that was read. */
  private async known(provider: OffsetProvider, run: Run, snapshot: Snapshot): Promise<Page> {
    const known = await this.snapshots.known(run, snapshot.cursor ?? '', KNOWN);
    const found: ProviderOrder[] = [];
    for (const { providerOrderId } of known) {
      const order = await provider.fetchStatus(providerOrderId, unhurried(run)).catch((thrown: unknown) => {
        throw failureOf(provider, thrown, 'fetchStatus');
      });
      if (order) found.push(order);
    }
    const last = known.length === KNOWN ? known.at(-1) : undefined;
    return { records: found.flatMap(recordOf), unread: 0, total: null, nextCursor: last?.orderId ?? null };
  }

  private async failed(lease: Lease, run: Run, snapshotId: string, thrown: unknown): Promise<void> {
    if (!(thrown instanceof ProviderError)) throw thrown;
    const snapshot = await this.snapshots.find(snapshotId);
    if (!snapshot) return;
    if (snapshot.failures >= MAX_FAILURES) return this.runs.fail(lease, 'collect', 'provider_unavailable');
    const { reason, message: detail } = thrown;
    this.logger.warn({ run: run.id, reason, detail }, 'a page of the provider could not be read; trying again');
    // Not counted: our own quota is short, and others go first.
    if (!(thrown instanceof ReadThrottledError)) await this.snapshots.countFailure(lease, snapshot);
    await this.tasks.release(lease, Math.max(thrown.at.retryAfterMs ?? 0, RETRY_MS));
  }
}

const unhurried = ({ id, account }: Run): ProviderCall => ({ ...callFor(id, account), isUnhurried: true });

type Page = Parameters<SnapshotsRepository['addPage']>[2];
