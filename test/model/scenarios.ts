import type { Scenario } from './purchase-model.js';

/** The worlds that the protocol has to survive, each as large as a test has time for. */
const world = (
  provider: Scenario['provider'],
  workers: number,
  budget: Scenario['budget'],
  { keepsPromises = true, accounts = 1 as 1 | 2 } = {},
): Scenario => ({ provider, workers, budget, keepsPromises, accounts });

/** Three slow ticks are one lease lost by a worker that lives on; six are two of them, for a third worker to follow. */
export const SCENARIOS: readonly Scenario[] = [
  world('key', 2, { crashes: 1, slowTicks: 3, faults: 1 }),
  world('key', 2, { crashes: 1, slowTicks: 0, faults: 2 }),
  world('key', 3, { crashes: 0, slowTicks: 6, faults: 0 }),
  world('lookup', 2, { crashes: 1, slowTicks: 3, faults: 2 }),
  world('lookup', 3, { crashes: 1, slowTicks: 6, faults: 0 }),
  world('none', 3, { crashes: 1, slowTicks: 6, faults: 2 }),
  world('checkout', 2, { crashes: 1, slowTicks: 3, faults: 2 }),
  world('checkout', 3, { crashes: 1, slowTicks: 6, faults: 0 }),
  world('lookup', 2, { crashes: 0, slowTicks: 3, faults: 1 }, { keepsPromises: false }),
  world('key', 2, { crashes: 1, slowTicks: 0, faults: 1 }, { accounts: 2 }),
  world('lookup', 2, { crashes: 1, slowTicks: 3, faults: 1 }, { accounts: 2 }),
];
