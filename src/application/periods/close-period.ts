import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { periodClosed } from '../../domain/audit/period-acts.js';
import { AppError } from '../../domain/errors.js';
import type { Actor } from '../../domain/orders/cause.js';
import { checklistOf, type CheckResult } from '../../domain/periods/close-checks.js';
import type { Closing } from '../../domain/periods/closing.js';
import type { MonthId } from '../../domain/periods/month.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { ClosingsRepository, type ClosingBy } from '../../persistence/periods/closings.repository.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';
import { MonthExports } from '../exports/month-exports.js';
import { noSuchPeriod } from '../ledger/list-transfers.js';
import { closingBy, earlierAct, type Wish } from './acting-person.js';
import { ReadChecklist } from './read-checklist.js';

/** Something is posted to a month that is over once in a while; this often in a row it is not over. */
const MAX_TRIES = 5;

/**
 * Closes a month. Its exports are written while it is open still, which may take a while, and then it is locked, looked at
 * again and closed with them, in one transaction that takes no time: if something was posted meanwhile, all of it anew.
 */
@Injectable()
export class ClosePeriod {
  constructor(
    private readonly checklist: ReadChecklist,
    private readonly exports: MonthExports,
    private readonly closings: ClosingsRepository,
    private readonly periods: PeriodsRepository,
    private readonly operators: OperatorsRepository,
  ) {}

  /**
   * `waived`: the providers of which no statement is waited for. Throws `period_not_found`, `period_closed`, and
   * `period_not_closable` with what is in the way.
   */
  async run(
    id: MonthId,
    wish: Wish,
    waived: readonly string[],
    by: Actor,
  ): Promise<{ readonly closing: Closing; readonly replayed: boolean }> {
    if (!(await this.periods.exists(id))) throw noSuchPeriod();
    const closingOf = await closingBy(this.operators, by, 'finance:write', wish);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const done = await this.tryOnce(id, closingOf, waived, by);
      if (done) return done;
    }
    throw new AppError('period_not_closable', 'Something is posted to the month all the time.');
  }

  /** @returns null if something was posted to the month meanwhile. */
  private async tryOnce(
    id: MonthId,
    closingOf: ClosingBy,
    waived: readonly string[],
    by: Actor,
  ): Promise<{ readonly closing: Closing; readonly replayed: boolean } | null> {
    const known = await earlierAct(this.closings, closingOf);
    if (known) return { closing: known, replayed: true };
    const before = await this.closings.transfers(id);
    const { period, checks, books } = await this.checklist.run(id, waived);
    if (period.status === 'closed') throw alreadyClosed(period.version);
    refuseUnless(checks);
    const version = period.version + 1;
    const { files, statements, transfers } = await this.exports.writeAll(period, version);
    if (transfers !== before) return null;
    return this.closings.locked(id, async (locked) => {
      const repeated = await earlierAct(this.closings, closingOf);
      if (repeated) return { closing: repeated, replayed: true };
      if (locked.period.status === 'closed') throw alreadyClosed(locked.period.version);
      if (locked.period.version !== period.version || (await locked.transfers()) !== transfers) return null;
      // The books were looked at with the very transfers that are in the exports.
      const checklist = checklistOf({ ...(await locked.facts()), books, waived });
      refuseUnless(checklist);
      const previousHash = await locked.latestHash();
      const journalHash = chained(previousHash, files.get('journal')?.all.sha256);
      const act = periodClosed(id, version, Buffer.from(journalHash).toString('hex'));
      const kept = { checklist, exports: files, statements, previousHash, journalHash };
      return { closing: await locked.close(closingOf, kept, applied(by, act)), replayed: false };
    });
  }
}

/** Whoever alters a journal that was closed has to alter every closing since. */
const chained = (previous: Uint8Array | null, journal: Uint8Array | undefined): Uint8Array => {
  if (!journal) throw new Error('a closing has a journal');
  return createHash('sha256')
    .update(previous ?? new Uint8Array())
    .update(journal)
    .digest();
};

const alreadyClosed = (version: number): AppError =>
  new AppError('period_closed', `The month is closed, as version ${version}.`);

const refuseUnless = (checks: readonly CheckResult[]): void => {
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  throw new AppError(
    'period_not_closable',
    `${failed.length} of ${checks.length} checks of the closing ${failed.length === 1 ? 'has' : 'have'} failed.`,
    { errors: Object.fromEntries(failed.map(({ check, detail, fix }) => [check, [detail, fix]])) },
  );
};
