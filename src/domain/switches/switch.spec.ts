import { aState, at, NOW } from '../../../test/support/order-state.js';
import { PROPOSAL_MS } from '../operators/proposal.js';
import { unlessSwitchedOff } from '../purchases/next-step.js';
import { heldDelayMs, holdSend } from '../purchases/submission.js';
import { coversProvider, offStepOf, stopsPurchasesAt, switchReasons, type SwitchScope } from './switch.js';

const DAY = 86_400_000;
const EVERYTHING: SwitchScope = { provider: null, tenantId: null, operation: 'all' };
const ANN = { id: 'opr_ann', name: 'Ann' };

describe('the end of a switch', () => {
  it.each([
    [1, null],
    [7 * DAY, null],
    [0, 'must be later than now (2026-01-01T12:00:00.000Z)'],
    [-DAY, 'must be later than now (2026-01-01T12:00:00.000Z)'],
    [7 * DAY + 1, 'must be at most 7 days from now: 2026-01-08T12:00:00.000Z'],
  ])('in %d ms', (ms, reason) => {
    expect(switchReasons(EVERYTHING, at(ms), NOW)).toEqual(reason && { until: [reason] });
  });

  it('does not make a switch of webhooks at a provider', () => {
    const scope = { ...EVERYTHING, operation: 'webhooks' } as const;
    expect(switchReasons(scope, at(1), NOW)).toBeNull();
    expect(Object.keys(switchReasons({ ...scope, provider: 'cnaught' }, at(1), NOW) ?? {})).toEqual(['scope.provider']);
  });
});

describe('turning a switch off', () => {
  const proposed = (ms: number, by = ANN) => ({ by, at: at(-ms), reason: 'works' });
  const [ann, ben] = [
    { id: 'opr_ann', mayApprove: false },
    { id: 'opr_ben', mayApprove: false },
  ];
  it.each([
    ['one person, within a scope', { ...EVERYTHING, provider: 'cnaught' }, null, ann, false, 'turn_off'],
    ['one person, of one tenant', { ...EVERYTHING, tenantId: 'ten_1' }, null, ann, false, 'turn_off'],
    ['the first of two', EVERYTHING, null, ann, false, 'propose'],
    ['the same again', EVERYTHING, proposed(1), ann, false, 'second_person_required'],
    ['the second of two', EVERYTHING, proposed(1), ben, false, 'turn_off'],
    ['the second of two, too late', EVERYTHING, proposed(PROPOSAL_MS), ben, false, 'propose'],
    ['the first again, too late', EVERYTHING, proposed(PROPOSAL_MS), ann, false, 'propose'],
    ['an operator, beside a pause', { ...EVERYTHING, provider: 'cnaught' }, null, ann, true, 'approver_required'],
    [
      'an approver, beside a pause',
      { ...EVERYTHING, provider: 'cnaught' },
      null,
      { ...ann, mayApprove: true },
      true,
      'turn_off',
    ],
    ['an approver alone, of everything', EVERYTHING, null, { ...ann, mayApprove: true }, true, 'propose'],
  ] as const)('by %s', (_, scope, offProposal, by, isPaused, step) => {
    expect(offStepOf({ scope, offProposal }, by, isPaused, NOW)).toBe(step);
  });

  it('looks at the pauses of what it covers', () => {
    expect(coversProvider(EVERYTHING, 'cnaught')).toBe(true);
    expect(coversProvider({ ...EVERYTHING, provider: 'one_tribe' }, 'cnaught')).toBe(false);
    expect(coversProvider({ ...EVERYTHING, operation: 'webhooks' }, 'cnaught')).toBe(false);
    expect(stopsPurchasesAt({ ...EVERYTHING, operation: 'checkouts' }, 'cnaught')).toBe(false);
  });
});

describe('a send that is switched off', () => {
  const by = { tenantId: null, reason: 'moving', until: at(DAY) };

  it('waits, and nothing else does', () => {
    const send = { do: 'send', generation: 1, repeat: false } as const;
    expect(unlessSwitchedOff(send, by)).toEqual({ do: 'held', by });
    expect(unlessSwitchedOff(send, null)).toBe(send);
    expect(unlessSwitchedOff({ do: 'lookup', conclusive: true }, by)).toEqual({ do: 'lookup', conclusive: true });
  });

  it('is told once, and again when the end is another', () => {
    const held = holdSend(aState({ statusReason: 'unavailable' }), by);
    expect(held.order).toMatchObject({ status: 'created', statusReason: 'switched_off', review: null });
    expect(held.events.map(({ type }) => type)).toEqual(['held']);
    const after = held.committedAt(NOW);
    expect(holdSend(after, by).isEmpty).toBe(true);
    expect(holdSend(after, { ...by, until: at(2 * DAY) }).events).toHaveLength(1);
  });

  it('keeps why an order is in doubt', () => {
    expect(holdSend(aState({ status: 'in_doubt', statusReason: 'timed_out' }), by).isEmpty).toBe(true);
  });

  it('comes back spread over half a minute, and at its end at the latest', () => {
    expect([heldDelayMs(by, NOW, 0), heldDelayMs(by, NOW, 1)]).toEqual([15_000, 30_000]);
    expect(heldDelayMs({ ...by, until: at(700) }, NOW, 0.5)).toBe(700);
    expect(heldDelayMs({ ...by, until: at(-1) }, NOW, 0.5)).toBe(0);
  });
});
