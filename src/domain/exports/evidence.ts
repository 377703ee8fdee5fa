import type { Closing } from '../periods/closing.js';

/** How a month was closed, for the archive of its evidence: JSON that is the same whenever it is written. */
export const closingText = (closing: Closing): string =>
  `${JSON.stringify(
    {
      period: closing.periodId,
      version: closing.version,
      person: closing.person,
      note: closing.note,
      at: closing.at.toISOString(),
      journal_hash: hexOf(closing.journalHash),
      previous_hash: hexOf(closing.previousHash),
      checklist: closing.checklist.map(({ check, ok, detail, fix }) => ({ check, ok, detail, fix })),
      exports: closing.exports.map(({ kind, rows, sha256 }) => ({ kind, rows, sha256: hexOf(sha256) })),
      statements: closing.statements,
    },
    null,
    2,
  )}\n`;

/** As `sha256sum` writes it, and reads it with `-c`. */
export const sumsText = (files: readonly { readonly path: string; readonly sha256: Uint8Array }[]): string =>
  files.map(({ path, sha256 }) => `${hexOf(sha256)}  ${path}\n`).join('');

const hexOf = (hash: Uint8Array | null): string | null => hash && Buffer.from(hash).toString('hex');
