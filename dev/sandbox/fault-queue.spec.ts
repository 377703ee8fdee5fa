import type { Fault, FaultMatch } from './fault.js';
import { FaultQueue } from './fault-queue.js';

const RESET: Fault = { kind: 'reset', when: 'before_effect' };
const ORDERS = { method: 'POST', path: '/orders', headers: {} };

const queue = (): FaultQueue => new FaultQueue(() => 0);

describe('the fault queue', () => {
  it('uses a rule once, or so many times, or always', () => {
    const faults = queue();
    const taken = (times: number): number =>
      Array.from({ length: times }, () => faults.take(ORDERS)).filter(Boolean).length;
    faults.add({ fault: RESET });
    expect(taken(3)).toBe(1);
    faults.add({ fault: RESET, times: 2 });
    expect(taken(3)).toBe(2);
    faults.add({ fault: RESET, times: 'always' });
    expect(taken(3)).toBe(3);
  });

  it('lets the rule that was added first decide', () => {
    const faults = queue();
    faults.add({ fault: { kind: 'refused', status: 409 } });
    faults.add({ fault: { kind: 'refused', status: 422 } });
    const statuses = [faults.take(ORDERS), faults.take(ORDERS), faults.take(ORDERS)].map((rule) =>
      rule?.fault.kind === 'refused' ? rule.fault.status : null,
    );
    expect(statuses).toEqual([409, 422, null]);
  });

  it.each<[FaultMatch, boolean]>([
    [{}, true],
    [{ method: 'post' }, true],
    [{ method: 'GET' }, false],
    [{ path: '/ord' }, true],
    [{ path: '/quotes' }, false],
    [{ path: '^/orders$' }, true],
    [{ path: '^/orders/[^/]+$' }, false],
    [{ path: /rders/ }, true],
    [{ header: { 'Idempotency-Key': 'key-1' } }, true],
    [{ header: { 'Idempotency-Key': 'key-2' } }, false],
  ])('matches %j: %s', (match, matches) => {
    const faults = queue();
    faults.add({ match, fault: RESET });
    expect(faults.take({ ...ORDERS, headers: { 'idempotency-key': 'key-1' } }) !== null).toBe(matches);
  });

  it.each([
    [{ fault: { kind: 'explode' } }, 'fault.kind'],
    [{}, 'fault.kind'],
    [{ fault: { kind: 'reset' } }, 'fault.when'],
    [{ fault: { kind: 'reset', when: 'later' } }, 'fault.when'],
    [{ fault: { kind: 'error', status: '500', effect: true } }, 'fault.status'],
    [{ fault: { kind: 'half_open', ms: 5 } }, 'takes only'],
    [{ fault: RESET, times: 0 }, 'times'],
    [{ fault: RESET, match: { path: '^(' } }, 'match.path'],
    [{ fault: RESET, match: { method: 5 } }, 'match takes'],
  ])('refuses %j', (rule, message) => {
    const faults = queue();
    expect(() => faults.add(rule as never)).toThrow(message);
    expect(faults.list()).toEqual([]);
  });
});
