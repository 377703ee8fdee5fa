import type { CheckResult } from '../../domain/periods/close-checks.js';
import { CLOSING_ACTS, type Closing, type ExportSeal } from '../../domain/periods/closing.js';
import { EXPORT_NAMES } from '../../domain/exports/exports.js';
import type { MonthId } from '../../domain/periods/month.js';
import {
  readCounts,
  readFlag,
  readList,
  readObject,
  readText,
  readWord,
  type ReadJson,
} from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

export interface ClosingRow {
  readonly period_id: string;
  readonly version: number;
  readonly act: string;
  readonly person: string;
  readonly note: string;
  readonly at: Date;
  readonly checklist: unknown;
  readonly journal_hash: Uint8Array | null;
  readonly previous_hash: Uint8Array | null;
  readonly statements: readonly string[];
  readonly fingerprint: Uint8Array | null;
  readonly exports: unknown;
}

/** Of an act `c`. */
export const CLOSING_COLUMNS = Prisma.sql`
  c.period_id, c.version, c.act, c.person, c.note, c.at, c.checklist, c.journal_hash, c.previous_hash, c.statements, c.fingerprint,
  CASE c.act WHEN 'closed' THEN (
    SELECT jsonb_agg(jsonb_build_object('kind', e.kind, 'rows', e.rows, 'sha256', encode(e.sha256, 'hex'),
                                        'missing', e.missing) ORDER BY e.kind)
    FROM period_exports e WHERE e.period_id = c.period_id AND e.version = c.version AND e.tenant_id = '') END AS exports`;

export const closingFromRow = (row: ClosingRow): Closing => ({
  periodId: row.period_id as MonthId,
  version: row.version,
  act: readWord(CLOSING_ACTS)(row.act),
  person: row.person,
  note: row.note,
  at: row.at,
  checklist: readList(readCheck)(row.checklist),
  journalHash: row.journal_hash,
  previousHash: row.previous_hash,
  statements: row.statements,
  exports: row.exports === null ? [] : readList(readSeal)(row.exports),
});

const readCheck: ReadJson<CheckResult> = readObject({ check: readText, ok: readFlag, detail: readText, fix: readText });

const readSeal: ReadJson<ExportSeal> = readObject({
  kind: readWord(EXPORT_NAMES),
  rows: Number,
  sha256: (value: unknown) => Buffer.from(readText(value), 'hex'),
  missing: readCounts,
});
