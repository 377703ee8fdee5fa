import { Injectable } from '@nestjs/common';
import type { AuditRow } from '../../domain/audit/chain.js';
import { AuditRepository, type AuditFilter } from '../../persistence/audit/audit.repository.js';

export type { AuditFilter, AuditRow };

export interface AuditPage {
  readonly rows: readonly AuditRow[];
  /** The number before which the next page goes on; null if there is none. */
  readonly next: string | null;
}

/** What keys and people decided, newest first. */
@Injectable()
export class ListAudit {
  constructor(private readonly audit: AuditRepository) {}

  async run(filter: AuditFilter, before: string | null, limit: number): Promise<AuditPage> {
    const found = await this.audit.newest(filter, before, limit + 1);
    const rows = found.slice(0, limit);
    return { rows, next: found.length > limit ? (rows.at(-1)?.number ?? null) : null };
  }
}
