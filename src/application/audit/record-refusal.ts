import { Injectable } from '@nestjs/common';
import { refused } from '../../domain/audit/act.js';
import type { ActType } from '../../domain/audit/act-states.js';
import type { Actor } from '../../domain/orders/cause.js';
import { AuditRepository } from '../../persistence/audit/audit.repository.js';

/**
 * Rows of the audit are kept for good, so a client that asks for the same again and again must not fill it: so many of
 * its refusals are recorded within an hour, by each process. The request log has all of them.
 */
export const REFUSALS_PER_KEY = 100;
const WINDOW_MS = 3_600_000;

/** Keys that are counted at once. Only keys that are good come here. */
const MAX_KEYS = 10_000;

/** Records that an act was refused. The way in that tells of the refusal calls it: a request, or the command line. */
@Injectable()
export class RecordRefusal {
  private readonly byKey = new Map<string, { count: number; readonly untilMs: number }>();

  constructor(private readonly audit: AuditRepository) {}

  async run(by: Actor, act: ActType, subject: string | null, code: string): Promise<void> {
    if (by.by === 'request' && this.hasEnough(by.keyId)) return;
    await this.audit.record(refused(by, act, subject, code));
  }

  private hasEnough(keyId: string): boolean {
    const nowMs = performance.now();
    const known = this.byKey.get(keyId);
    if (known && known.untilMs > nowMs) return ++known.count > REFUSALS_PER_KEY;
    if (this.byKey.size >= MAX_KEYS) this.byKey.clear();
    this.byKey.set(keyId, { count: 1, untilMs: nowMs + WINDOW_MS });
    return false;
  }
}
