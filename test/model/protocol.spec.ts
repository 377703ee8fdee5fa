import { check, type Model, type Verdict } from './checker.js';
import { invariantNamed } from './invariants.js';
import { BACKED_UP, MUTANTS } from './mutants.js';
import { purchaseModel, type Scenario } from './purchase-model.js';
import type { State } from './purchase-state.js';
import { PROTOCOL } from './rules.js';
import { SCENARIOS } from './scenarios.js';

const titleOf = ({ provider, workers, budget, keepsPromises, accounts }: Scenario): string => {
  const promises = `${accounts === 2 ? ', two accounts' : ''}${keepsPromises ? '' : ', promises broken'}`;
  return `${provider}, ${workers} workers, ${budget.crashes} crashes, ${budget.slowTicks} slow ticks, ${budget.faults} faults${promises}`;
};

/** The largest takes a few seconds on a machine that has nothing else to do. */
const EXPLORING_MS = 120_000;

describe('the purchase protocol', () => {
  const figures: string[] = [];

  const explore = (title: string, model: Model<State>): Verdict => {
    const verdict = check(model);
    const { states, transitions, ms, violation } = verdict;
    const found = violation ? `${violation.invariant} after ${violation.trace.length} steps` : 'no violation';
    const counts = [states, transitions].map((count) => count.toLocaleString('en').padStart(9)).join(' ');
    figures.push(`${title.padEnd(66)} ${counts} ${`${ms} ms`.padStart(9)}  ${found}`);
    return verdict;
  };

  afterAll(() => {
    const header = `${'Protocol model'.padEnd(66)} ${'states'.padStart(9)} ${'moves'.padStart(9)} ${''.padStart(9)}  found`;
    process.stdout.write(`\n${[header, ...figures].join('\n')}\n\n`);
  });

  it.each(SCENARIOS.map((scenario) => [titleOf(scenario), scenario] as const))(
    'buys once, says the truth and never gets stuck: %s',
    (title, scenario) => {
      expect(explore(title, purchaseModel(scenario, PROTOCOL)).violation).toBeNull();
    },
    EXPLORING_MS,
  );

  it.each(BACKED_UP.map((mutant) => [mutant.name, mutant] as const))(
    'is as safe without a rule that others back up: %s',
    (name, { breaks, scenario }) => {
      const model = purchaseModel(scenario, { ...PROTOCOL, ...breaks });
      expect(explore(name, model).violation).toBeNull();
    },
    EXPLORING_MS,
  );

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant.harm, mutant] as const))(
    'would do harm if it broke one rule: %s → %s',
    (name, harm, { breaks, scenario }) => {
      const model = purchaseModel(scenario, { ...PROTOCOL, ...breaks });
      const { violation } = explore(`  ${name}`, { ...model, invariants: invariantNamed(harm) });
      expect(violation?.invariant).toBe(harm);
    },
  );
});
