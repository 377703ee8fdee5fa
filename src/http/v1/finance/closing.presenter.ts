import type { Checklist } from '../../../application/periods/read-checklist.js';
import type { Closing } from '../../../domain/periods/closing.js';
import { presentTime } from '../../values/time.presenter.js';
import type { ChecklistResponse, ClosingResponse } from './closing.response.js';

const hexOrNull = (hash: Uint8Array | null): string | null => hash && Buffer.from(hash).toString('hex');

export const presentClosing = (closing: Closing): ClosingResponse => ({
  period: closing.periodId,
  version: closing.version,
  act: closing.act,
  person: closing.person,
  note: closing.note,
  at: presentTime(closing.at),
  journal_hash: hexOrNull(closing.journalHash),
  previous_hash: hexOrNull(closing.previousHash),
  checklist: closing.checklist.map(({ check, ok, detail, fix }) => ({ check, ok, detail, fix })),
  exports: closing.exports.map(({ kind, rows, sha256, missing }) => ({
    kind,
    rows,
    sha256: Buffer.from(sha256).toString('hex'),
    missing: Object.fromEntries(Object.entries(missing).map(([name, count]) => [name, String(count)])),
  })),
});

export const presentChecklist = ({ period, checks, closings }: Checklist): ChecklistResponse => ({
  period: period.id,
  status: period.status,
  version: period.version,
  closable: period.status === 'open' && checks.every(({ ok }) => ok),
  checks: checks.map(({ check, ok, detail, fix }) => ({ check, ok, detail, fix })),
  closings: closings.map(presentClosing),
});
