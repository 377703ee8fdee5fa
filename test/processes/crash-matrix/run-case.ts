import { CRASH_POINTS } from '../../../src/application/crash-point.js';
import type { Case } from './cases.js';
import { GatewayDiedError, type Conditions, type CommandedGateway } from './commanded-gateway.js';
import type { CaseWorker } from './case-worker.js';
import { OUTCOMES, type Outcome } from './outcomes.js';
import { PROFILES } from './profile.js';
import { Scenario } from './scenario.js';
import { judge, spoilt, type Verdict } from './verdict.js';

/** A case takes some seconds; one that takes this long hangs, and is a violation of its own. */
const CASE_LIMIT_MS = 60_000;
const WATCH_MS = 3;

/** The hard deadline of a call, and what a case that waits for it makes of it. */
const DEADLINE_MS = 30_000;
const SHORT_DEADLINE_MS = 2_500;

const conditionsOf = ({ kind, outcome }: Case): Conditions => {
  const { waitsForDeadline = false }: Outcome = OUTCOMES[outcome];
  const { provider, unprotected = false } = PROFILES[kind];
  return {
    callsEndWithinMs: waitsForDeadline ? SHORT_DEADLINE_MS : DEADLINE_MS,
    unprotected: unprotected ? provider : null,
  };
};

/** Plays one case: a process that dies where it says, another that takes on what it left, and the verdict. */
export const runCase = async (each: Case, worker: CaseWorker): Promise<Verdict> => {
  const conditions = conditionsOf(each);
  await worker.clear(conditions);
  const scenario = new Scenario(worker, each);
  const victim = await worker.startVictim(crashAtOf(each), conditions);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the case took longer than ${CASE_LIMIT_MS} ms`)), CASE_LIMIT_MS);
  });
  try {
    return await Promise.race([play(each, worker, scenario, victim), limit]);
  } catch (thrown) {
    return await spoilt(each, worker, thrown);
  } finally {
    clearTimeout(timer);
    victim.kill();
  }
};

const play = async (each: Case, worker: CaseWorker, scenario: Scenario, victim: CommandedGateway): Promise<Verdict> => {
  if (each.death === 'in_flight') void killWhenHeld(scenario, victim);
  const died = await scenario.play(victim).then(
    () => false,
    (thrown: unknown) => {
      if (thrown instanceof GatewayDiedError) return true;
      throw thrown;
    },
  );
  const purchasesAtDeath = scenario.provider.purchases().length;
  victim.kill();
  const killed = died && (await victim.ended) === 'SIGKILL';
  await scenario.play(worker.survivor);
  return judge(each, worker, scenario, { killed, purchasesAtDeath });
};

/** The read that follows a cancellation is the second one: the first comes before it. */
const crashAtOf = ({ kind, death }: Case): string | null => {
  const point = CRASH_POINTS.find((name) => name === death);
  if (point === undefined) return null;
  const isAfterCancelling = point === 'observed' && PROFILES[kind].cancelled !== 'never';
  return isAfterCancelling ? `${point}:2` : point;
};

const killWhenHeld = async (scenario: Scenario, victim: CommandedGateway): Promise<void> => {
  while (!scenario.faultUsed && victim.isAlive) await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  victim.kill();
};
