import type { TestEngine } from '../support/engine.js';
import { OnCall } from './on-call.js';
import { actsOnOrders } from './runbook/acts.js';
import { looksAround } from './runbook/looking.js';
import { keepsItRunning } from './runbook/server.js';

/** docs/runbook.md as it stands, done by hand to orders that the engine made. No statement is repeated here. */
describe('by the runbook', () => {
  let onCall: OnCall;
  let engine: TestEngine;

  beforeAll(async () => {
    onCall = await OnCall.start();
    engine = onCall.engine;
  });
  afterAll(() => onCall.stop());
  afterEach(async () => {
    await onCall.leave();
    expect(await engine.lostOrders()).toBe(0);
  });

  for (const part of [looksAround, actsOnOrders, keepsItRunning]) part(() => onCall);

  it('every statement has been run by one of the above', () => {
    const unproven = onCall.runbook.statements.filter((statement) => !onCall.proven.has(statement));
    expect(unproven.map(({ section, text }) => `${section}: ${text}`)).toEqual([]);
  });
});
