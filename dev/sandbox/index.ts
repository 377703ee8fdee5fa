import { join } from 'node:path';
import { SIMULATORS } from './registry.js';
import { dashed, type SimulatorRegistration } from './simulator-registration.js';
import type { AnySimulator, SimulatorOptions } from './simulator.js';

export type { CarbonmarkSimulator } from './carbonmark/carbonmark-simulator.js';
export type { CnaughtSimulator } from './cnaught/cnaught-simulator.js';
export type { OneTribeSimulator } from './one-tribe/one-tribe-simulator.js';
export type { Fault, FaultMatch, FaultRule } from './fault.js';
export type { LedgerEntry } from './ledger.js';
export type { AnySimulator } from './simulator.js';
export { CommandRefusedError } from './command-refused.error.js';

type Registry = typeof SIMULATORS;
export type SimulatorName = keyof Registry;

interface CommonOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** A folder for the ledgers. Starting again on the same folder restores what the providers know. Default: memory. */
  readonly dataDir?: string | null;
  /**
   * How orders move on: `off` (the default) by command only, `watchable` at each simulator's own pace, a number after so
   * many milliseconds a step.
   */
  readonly schedule?: 'off' | 'watchable' | number;
  /** Accept `http://` return addresses on loopback hosts. Default false. */
  readonly allowLoopbackUrls?: boolean;
  /** Default `documented`. */
  readonly rateLimits?: 'documented' | 'off';
}

/** What all simulators start with and, by its name, what one of them starts with instead. Default: any free port each. */
export type SandboxOptions = CommonOptions & {
  readonly [Name in SimulatorName]?: Partial<Parameters<Registry[Name]['create']>[0]>;
};

/** The simulators by name. */
export type Sandbox = { readonly [Name in SimulatorName]: ReturnType<Registry[Name]['create']> } & {
  /** The environment with which a gateway buys from all of them. */
  variables(): Record<string, string>;
  stop(): Promise<void>;
};

/** Starts every simulated provider, each on its own port. Nothing they do leaves this machine. */
export const startSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const entries = Object.entries(SIMULATORS).map(([name, registration]) => {
    // Each simulator takes exactly the options that its own registration and name stand for; the compiler loses track.
    const { create, ...rest } = registration as SimulatorRegistration<SimulatorOptions, AnySimulator>;
    return [name, create({ ...startOptions(rest, options), ...options[name as SimulatorName] })] as const;
  });
  const simulators = entries.map(([, simulator]) => simulator);
  const stop = async (): Promise<void> => {
    await Promise.all(simulators.map((simulator) => simulator.stop()));
  };
  try {
    await Promise.all(simulators.map((simulator) => simulator.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const variables = (): Record<string, string> =>
    Object.assign({}, ...simulators.map((simulator) => simulator.variables())) as Record<string, string>;
  return { ...Object.fromEntries(entries), variables, stop } as unknown as Sandbox;
};

const startOptions = (
  { id, settings }: Pick<SimulatorRegistration<SimulatorOptions, AnySimulator>, 'id' | 'settings'>,
  { host = '127.0.0.1', dataDir = null, schedule = 'off', allowLoopbackUrls = false, rateLimits }: CommonOptions,
): SimulatorOptions => ({
  ...settings,
  host,
  port: 0,
  ledgerFile: dataDir === null ? null : join(dataDir, `${dashed(id)}.ledger.jsonl`),
  allowLoopbackUrls,
  stepMs: stepOf(schedule, settings.stepMs),
  ...(rateLimits === 'off' && { rateLimit: null }),
});

const stepOf = (schedule: NonNullable<CommonOptions['schedule']>, watchableMs: number | null): number | null => {
  if (schedule === 'off') return null;
  return schedule === 'watchable' ? watchableMs : schedule;
};
