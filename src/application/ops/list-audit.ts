import { Injectable } from '@nestjs/common';
import { AuditRepository, type AuditFilter, type NamedAuditRow } from '../../persistence/audit/audit.repository.js';

export type { AuditFilter, NamedAuditRow };

export interface AuditPage {
  readonly rows: readonly NamedAuditRow[];
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
