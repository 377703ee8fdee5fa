import { Decimal } from 'decimal.js';
import { PROPOSAL_MS } from '../operators/proposal.js';
import { budgetStepOf, periodAt, periodReason } from './budget.js';

const NOW = new Date('2026-11-26T12:00:00Z');
const usd = (amount: number): Decimal => new Decimal(amount);
const proposed = (limit: number, by: string, agoMs = 1) => ({
  limitUsd: usd(limit),
  by: { id: by, name: by },
  at: new Date(NOW.getTime() - agoMs),
  reason: 'agreed',
});

describe('another budget', () => {
  it.each([
    ['lower', 100, null, 50, 'ann', { do: 'set', proposedBy: null }],
    ['the same', 100, null, 100, 'ann', { do: 'set', proposedBy: null }],
    ['lower, by a machine', 100, null, 50, null, { do: 'set', proposedBy: null }],
    ['where there was no limit', null, null, 500, 'ann', { do: 'set', proposedBy: null }],
    ['higher', 100, null, 200, 'ann', { do: 'propose' }],
    ['higher, by a machine', 100, null, 200, null, { do: 'refuse', code: 'operator_key_required' }],
    ['higher, by a second person', 100, proposed(200, 'ann'), 200, 'ben', { do: 'set', proposedBy: 'ann' }],
    [
      'higher, by the same again',
      100,
      proposed(200, 'ann'),
      200,
      'ann',
      { do: 'refuse', code: 'second_person_required' },
    ],
    ['higher than was proposed', 100, proposed(200, 'ann'), 201, 'ben', { do: 'propose' }],
    ['less high than was proposed', 100, proposed(200, 'ann'), 199, 'ben', { do: 'propose' }],
    ['higher, a day later', 100, proposed(200, 'ann', PROPOSAL_MS), 200, 'ben', { do: 'propose' }],
    ['lower beside a proposal', 100, proposed(200, 'ann'), 50, 'ann', { do: 'set', proposedBy: null }],
  ] as const)('%s', (_, limit, proposal, wanted, by, step) => {
    expect(budgetStepOf({ limitUsd: limit === null ? null : usd(limit), proposal }, usd(wanted), by, NOW)).toEqual(
      step,
    );
  });

  it('is for this month and the twelve after it, in UTC', () => {
    expect(periodAt(new Date('2026-12-31T23:59:59Z'))).toBe('2026-12');
    expect([periodReason('2026-11', NOW), periodReason('2027-11', NOW)]).toEqual([null, null]);
    for (const period of ['2026-10', '2027-12'])
      expect(periodReason(period, NOW)).toBe('must be from 2026-11 to 2027-11');
  });
});
