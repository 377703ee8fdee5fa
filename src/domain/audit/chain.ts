import type { Outcome } from './acts.js';

/** A row of the audit as the database keeps it. Everything is text, so that what is hashed is what is kept. */
export interface AuditRow {
  readonly number: string;
  readonly id: string;
  /** In UTC, with milliseconds. */
  readonly at: string;
  readonly key_id: string | null;
  readonly request_id: string | null;
  readonly operator: string | null;
  readonly operator_id: string | null;
  readonly session_id: string | null;
  readonly act: string;
  readonly subject: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string | null;
  readonly outcome: Outcome;
  readonly problem_code: string | null;
  /** In hexadecimal digits, as all hashes here. */
  readonly hash: string;
}

/**
 * What the hash of a row is taken over (SHA-256 of its UTF-8): its columns and the hash of the row before, all as texts
 * in a JSON object as PostgreSQL writes one (`{"key": "value", …}`, shorter keys first, then by letter). What is null is
 * left out, so that a column which is added one day changes no hash of before.
 */
export const chainedText = (row: AuditRow, previous: string | null): string => {
  const { hash: _, ...columns } = row;
  const fields = Object.entries({ ...columns, previous })
    .filter(([, value]) => value !== null)
    .toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{${fields.join(', ')}}`;
};

/** Where the chain breaks, at the row of which number, and how. */
export interface Break {
  readonly number: string;
  /** missing: there is no such row. changed: it is not what was recorded, or does not follow the row before. */
  readonly why: 'missing' | 'changed';
}

/** How far a chain has been followed: the number and the hash of the row before the next one. */
export interface Link {
  readonly number: bigint;
  readonly hash: string | null;
}

export const CHAIN_START: Link = { number: 0n, hash: null };

/** Follows the chain by one row. `sha256` of a text, in hexadecimal digits. */
export const follow = (link: Link, row: AuditRow, sha256: (text: string) => string): Link | Break => {
  const number = link.number + 1n;
  if (BigInt(row.number) > number) return { number: String(number), why: 'missing' };
  if (BigInt(row.number) < number || sha256(chainedText(row, link.hash)) !== row.hash)
    return { number: row.number, why: 'changed' };
  return { number, hash: row.hash };
};
