import { CASE_ACT_NAMES, whyNotAct, type ActFacts, type CaseAct } from './case-acts.js';

const OPEN: ActFacts = {
  operatorId: 'opr_1',
  mayAct: true,
  ownerId: 'opr_2',
  hasEnded: false,
  hasProposal: false,
  whyNotCancellable: null,
  whyNotDecidable: null,
};

describe('what can be done about an order', () => {
  it('is everything, where nothing stands in the way', () => {
    expect(CASE_ACT_NAMES.map((act) => whyNotAct(act, OPEN))).toEqual(CASE_ACT_NAMES.map(() => null));
  });

  it('is nothing for those who may only look', () => {
    for (const act of CASE_ACT_NAMES) expect(whyNotAct(act, { ...OPEN, mayAct: false })).toContain('role operator');
  });

  it.each<[CaseAct, Partial<ActFacts>, string]>([
    ['refresh', { hasEnded: true }, 'has ended'],
    ['resolve', { hasProposal: true }, 'waits for a second person'],
    ['resolve', { whyNotDecidable: 'the page can still be paid' }, 'decided now: the page can still be paid.'],
    ['cancel', { hasProposal: true }, 'waits for a second person'],
    ['cancel', { hasProposal: true, whyNotCancellable: 'it is gone' }, 'The order cannot be cancelled: it is gone.'],
    ['claim', { ownerId: 'opr_1' }, 'You have it in hand.'],
    ['claim', { operatorId: null }, 'Only a person'],
    ['release', { ownerId: null }, 'Nobody has it in hand.'],
  ])('is not to %s where %o', (act, facts, why) => {
    const others = CASE_ACT_NAMES.filter((other) => whyNotAct(other, { ...OPEN, ...facts }) !== null);
    expect(whyNotAct(act, { ...OPEN, ...facts })).toContain(why);
    expect(others).toContain(act);
  });
});
