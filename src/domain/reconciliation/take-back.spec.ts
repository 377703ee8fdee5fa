import type { Account } from '../ledger/accounts.js';
import type { UnlinkedClaim } from '../ledger/open-claims.js';
import { postDecision, type PostingDecision } from '../ledger/post-decision.js';
import { opposite } from '../ledger/rules.js';
import type { BreakType } from './break-types.js';
import { leftKey, takeBack, type DecidedBreak, type PostedOf } from './take-back.js';

const posts = (decision: PostingDecision, units: bigint, orderId: string | null = 'ord_1'): readonly PostedOf[] =>
  postDecision(decision, { asset: 'USD/6', units, mass: null }).map((entry) => ({ ...entry, orderId, tenantId: null }));
const decided = (id: string, type: BreakType, posted: readonly PostedOf[], more: Partial<DecidedBreak> = {}) => ({
  id,
  type,
  status: 'resolved' as const,
  posted,
  isResting: true,
  ...more,
});
const due = (units: bigint) => new Map([[leftKey('ord_1', 'USD/6'), units]]);
const told = (breaks: readonly DecidedBreak[], dueBack = 0n, accepted = 100n) =>
  takeBack(breaks, due(dueBack), due(accepted), []).map(({ id, isCleared, posts: all }) => [
    id,
    isCleared,
    ...all.map(({ debit, credit, units }): [Account, Account, bigint] => [debit, credit, units]),
  ]);

describe('what is taken back with a statement', () => {
  it('is the whole of what was decided, once', () => {
    const difference = posts('accept_difference', -5n);
    expect(told([decided('brk_1', 'amount_differs', difference)])).toEqual([
      ['brk_1', true, ['difference', 'clearing', 5n]],
    ]);
    const back = opposite(difference).map((entry) => ({ ...entry, orderId: 'ord_1', tenantId: null }));
    expect(told([decided('brk_1', 'amount_differs', [...difference, ...back], { status: 'cleared' })])).toEqual([]);
  });

  it('is the sum of what was decided one after another', () => {
    const both = [...posts('accept_difference', 5n), ...posts('accept_difference', -2n)];
    expect(told([decided('brk_1', 'amount_differs', both)])).toEqual([['brk_1', true, ['clearing', 'difference', 3n]]]);
  });

  it('is of each order by itself', () => {
    const lines = [...posts('link_line', 2n, 'ord_1'), ...posts('link_line', 3n, 'ord_2')];
    const [taken] = takeBack([decided('brk_1', 'charge_unknown', lines)], due(0n), due(0n), []);
    expect(taken?.posts.map(({ orderId, debit, units }) => [orderId, debit, units])).toEqual([
      ['ord_1', 'suspense', 2n],
      ['ord_2', 'suspense', 3n],
    ]);
  });

  it('is of a difference what credits have left of it', () => {
    const difference = decided('brk_1', 'amount_differs', posts('accept_difference', 5n));
    expect(told([difference], 0n, 2n)).toEqual([['brk_1', false, ['clearing', 'difference', 2n]]]);
    expect(told([difference], 0n, 0n)).toEqual([]);
  });

  it('is of a claim what is still due, of none as of an order', () => {
    const claim = decided('brk_1', 'charged_twice', posts('claim_refund', 9n));
    expect(told([claim], 0n)).toEqual([]);
    expect(told([claim], 4n)).toEqual([['brk_1', false, ['clearing', 'refund_due', 4n]]]);
    expect(told([claim], 20n)).toEqual([['brk_1', true, ['clearing', 'refund_due', 9n]]]);
    expect(told([claim, { ...claim, id: 'brk_2' }], 10n)).toEqual([
      ['brk_1', true, ['clearing', 'refund_due', 9n]],
      ['brk_2', false, ['clearing', 'refund_due', 1n]],
    ]);
  });

  it('is of a claim of no order what has not come of it; with what a person has met of it, that is due again', () => {
    const claim = decided('brk_1', 'charge_unknown', posts('claim_suspended', 9n, null));
    const meeting = decided('brk_2', 'charge_unknown', posts('meet_claim', 4n, null));
    const made = (source: string, units: bigint, names: readonly string[] = ['purchase cn_1']): UnlinkedClaim => ({
      source,
      subject: null,
      names,
      asset: 'USD/6',
      units,
      claimedAt: new Date(0),
    });
    const taken = (breaks: readonly DecidedBreak[], ...more: readonly UnlinkedClaim[]) =>
      takeBack(breaks, due(0n), due(0n), [made('brk_1', 9n), ...more]).map(({ id, posts: all }) => [
        id,
        ...all.map(({ units }) => units),
      ]);
    expect(taken([claim])).toEqual([['brk_1', 9n]]);
    expect(taken([claim], made('brk_0', 9n), made('stm_1', -5n))).toEqual([['brk_1', 4n]]);
    expect(taken([claim], made('stm_1', -9n))).toEqual([]);
    expect(taken([claim], made('brk_2', -4n, []))).toEqual([['brk_1', 5n]]);
    expect(taken([claim, meeting], made('brk_2', -4n, []))).toEqual([
      ['brk_1', 9n],
      ['brk_2', 4n],
    ]);
  });

  it('is what was written off of a claim, and nothing else that was', () => {
    const claim = decided('brk_1', 'charged_twice', posts('claim_refund', 9n));
    const gone = decided('brk_2', 'refund_overdue', posts('write_off', 9n), { isResting: false });
    const missing = decided('brk_3', 'purchase_missing_there', posts('give_up', 7n), { isResting: false });
    expect(told([claim, gone, missing])).toEqual([
      ['brk_2', true, ['refund_due', 'difference', 9n]],
      ['brk_1', true, ['clearing', 'refund_due', 9n]],
    ]);
    expect(told([gone, missing])).toEqual([]);
  });

  it('is the question itself, where nobody has decided', () => {
    for (const status of ['open', 'waiting'] as const)
      expect(told([decided('brk_1', 'amount_differs', [], { status })])).toEqual([['brk_1', true]]);
    expect(told([decided('brk_1', 'refund_expected', [], { status: 'open', isResting: false })])).toEqual([]);
    expect(told([decided('brk_1', 'fee_unallocated', [])])).toEqual([]);
  });
});
