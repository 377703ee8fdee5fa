import type { MonthId } from '../../domain/periods/month.js';
import {
  RUN_FAILURES,
  RUN_STATUSES,
  type Run,
  type RunCounts,
  type RunFailure,
  type RunLegs,
} from '../../domain/reconciliation/run.js';
import {
  readList,
  readNumberOrNull,
  readObject,
  readText,
  readWord,
  readWordOrNull,
} from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

export interface RunRow {
  readonly id: string;
  readonly provider: string;
  readonly account: string | null;
  readonly period_id: string;
  readonly cut_off_at: Date;
  readonly dry_run: boolean;
  readonly fresh: boolean;
  readonly snapshot_id: string | null;
  readonly status: string;
  readonly failure: string | null;
  readonly legs: unknown;
  readonly input_hash: string | null;
  readonly counts: unknown;
  readonly result_hash: string | null;
  readonly same_as: string | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly pruned_at: Date | null;
  readonly pages: number | null;
  readonly rows: number | null;
}

/** The columns of a run `c`, with its snapshot `n`. */
export const RUN_COLUMNS = Prisma.sql`
  c.id, c.provider, c.account, c.period_id, c.cut_off_at, c.dry_run, c.fresh, c.snapshot_id, c.status, c.failure, c.legs,
  encode(c.input_hash, 'hex') AS input_hash, c.counts, encode(c.result_hash, 'hex') AS result_hash, c.same_as, c.started_at,
  c.ended_at, c.pruned_at, n.pages,
  CASE WHEN n.id IS NOT NULL THEN COALESCE(n.pruned_rows, (
    SELECT count(*)::int FROM provider_records r WHERE r.snapshot_id = n.id AND r.round = n.restarts)) END AS rows`;

export const RUN_TABLES = Prisma.sql`reconciliations c LEFT JOIN provider_snapshots n ON n.id = c.snapshot_id`;

const count = (value: unknown): number => readNumberOrNull(value) ?? 0;

const readLegs = (value: unknown): RunLegs =>
  readObject({
    orders: readObject({ count, grams: readText }),
    provider: readObject({ coverage: readText, rows: count, unread: count }),
    statements: readObject({ ids: readList(readText), lines: count }),
  })(value);

const readTypes = (value: unknown): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(value ?? {}).map(([type, found]) => [type, Number(found)]));

const readCounts = (value: unknown): RunCounts =>
  readObject({ agreed: count, timing: count, byRule: count, breaks: count, types: readTypes })(value);

export const runFromRow = (row: RunRow): Run => ({
  id: row.id,
  provider: row.provider,
  account: row.account,
  periodId: row.period_id as MonthId,
  cutOffAt: row.cut_off_at,
  dryRun: row.dry_run,
  fresh: row.fresh,
  status: readWord(RUN_STATUSES)(row.status),
  failure: readWordOrNull(Object.keys(RUN_FAILURES) as RunFailure[])(row.failure),
  progress: row.pages === null ? null : { pages: row.pages, rows: row.rows ?? 0 },
  snapshotId: row.snapshot_id,
  legs: row.legs === null ? null : readLegs(row.legs),
  counts: row.counts === null ? null : readCounts(row.counts),
  inputHash: row.input_hash,
  resultHash: row.result_hash,
  sameAs: row.same_as,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  prunedAt: row.pruned_at,
});
