import type { DayRate } from '../exports/rates.js';
import type { MonthId } from '../periods/month.js';
import type { Act } from './act.js';

/** Months have no id that the audit takes for a subject: they are told in what is kept. */
const OF_NO_ID = '';

export const periodClosed = (period: MonthId, version: number, journalHash: string): Act<'period.close'> => ({
  type: 'period.close',
  subject: OF_NO_ID,
  before: null,
  after: { period, version, journal_hash: journalHash },
});

export const periodReopened = (period: MonthId, version: number): Act<'period.reopen'> => ({
  type: 'period.reopen',
  subject: OF_NO_ID,
  before: { period, version },
  after: null,
});

export const rateSet = ({ functional, currency, onDate, rate }: DayRate): Act<'finance_rate.set'> => ({
  type: 'finance_rate.set',
  subject: OF_NO_ID,
  before: null,
  after: { functional, currency, on_date: onDate, rate },
});
