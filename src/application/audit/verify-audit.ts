import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CHAIN_START, follow, type Break, type Link } from '../../domain/audit/chain.js';
import { AuditRepository } from '../../persistence/audit/audit.repository.js';

/** Rows that are in memory at once. */
const PAGE = 1_000;

export interface Verified {
  readonly intact: boolean;
  /** How many rows follow each other without a break, from the first on. */
  readonly rows: number;
  /** When the last of them was recorded; null for none. */
  readonly upTo: string | null;
  /** The hash of the last of them. Whoever keeps it elsewhere can prove later that it was there. */
  readonly head: string | null;
  /** expected_is_missing: every row follows the one before, and none has the hash that was kept: the end was cut off, or all of it was written anew. */
  readonly broken: Break | { readonly why: 'expected_is_missing' } | null;
}

/** Follows the chain of the audit from its first row to its last, by itself: nothing of it is the database's word. */
@Injectable()
export class VerifyAudit {
  constructor(private readonly audit: AuditRepository) {}

  /** `expected`: a head of before. Rows that are recorded meanwhile are followed, too. */
  async run(expected: string | null): Promise<Verified> {
    let link = CHAIN_START;
    let upTo: string | null = null;
    let isExpectedSeen = expected === null;
    const found = (broken: Verified['broken']): Verified => verified(link, upTo, broken);
    for (let after: string | null = null; ;) {
      const rows = await this.audit.page(after, PAGE);
      for (const row of rows) {
        const next = follow(link, row, sha256);
        if ('why' in next) return found(next);
        link = next;
        upTo = row.at;
        after = row.number;
        isExpectedSeen ||= row.hash === expected;
      }
      if (rows.length < PAGE) return found(isExpectedSeen ? null : { why: 'expected_is_missing' });
    }
  }
}

const verified = ({ number, hash }: Link, upTo: string | null, broken: Verified['broken']): Verified => ({
  intact: broken === null,
  rows: Number(number),
  upTo,
  head: hash,
  broken,
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
