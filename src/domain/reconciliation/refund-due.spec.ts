import type { UnlinkedClaim } from '../ledger/open-claims.js';
import { judgeUnlinked } from './refund-due.js';

const AT = new Date('2026-11-20T12:00:00Z');
const DAY = 86_400_000;
const claim = (
  subject: string | null,
  units: bigint,
  days: number,
  more: Partial<UnlinkedClaim> = {},
): UnlinkedClaim => ({
  source: `brk of ${subject}`,
  subject,
  names: [`purchase ${subject}`],
  asset: 'USD/6',
  units,
  claimedAt: new Date(AT.getTime() - days * DAY),
  ...more,
});
const found = (...made: readonly UnlinkedClaim[]) =>
  judgeUnlinked(made, AT).map(({ type, subject, facts }) => [type, subject, ...facts.map(({ ours }) => ours)]);

describe('what was claimed back of no order', () => {
  it('is asked for, and again after 60 days', () => {
    expect(found(claim('stm_1:2', 5_000_000n, 60), claim('cn_9', 1_250_000n, 61))).toEqual([
      ['refund_expected', 'stm_1:2', '5.00'],
      ['refund_overdue', 'cn_9', '1.25'],
    ]);
  });

  it('is so as far as it has not come', () => {
    const credit = (units: bigint) => claim(null, -units, 0, { names: ['purchase stm_1:2'] });
    expect(found(claim('stm_1:2', 5_000_000n, 3), credit(2_000_000n))).toEqual([
      ['refund_expected', 'stm_1:2', '3.00'],
    ]);
    expect(found(claim('stm_1:2', 5_000_000n, 3), credit(5_000_000n))).toEqual([]);
  });

  it('is one question about a purchase that was charged in two currencies, since the first claim', () => {
    const both = [claim('cn_9', 5_000_000n, 61), claim('cn_9', 4_000_000n, 2, { asset: 'GBP/6' })];
    expect(found(...both)).toEqual([['refund_overdue', 'cn_9', '4.00', '5.00']]);
  });
});
