import type { AnySimulator, SimulatorOptions } from './simulator.js';

/** What is said about a simulator when it is started, whichever it is. */
type StartOptions = Omit<SimulatorOptions, 'apiKey' | 'stepMs' | 'rateLimit'>;

/** What a simulator's folder exports. */
export interface SimulatorRegistration<Options extends SimulatorOptions, S extends AnySimulator> {
  /** The provider that it stands in for. */
  readonly id: string;
  /** Where it listens when the sandbox runs alone. */
  readonly port: number;
  /**
   * Its own settings: a sample key, which opens nothing but the simulator; a step quick enough to watch and slow enough
   * to see every state; the documented rate limit, null where none is simulated.
   */
  readonly settings: Omit<Options, keyof StartOptions>;
  readonly create: (options: Options) => S;
}

/** Infers both types from `create`. */
export const defineSimulator = <Options extends SimulatorOptions, S extends AnySimulator>(
  registration: SimulatorRegistration<Options, S>,
): SimulatorRegistration<Options, S> => registration;

/** `one_tribe` as it is written in a flag or a file name: `one-tribe`. */
export const dashed = (id: string): string => id.replaceAll('_', '-');
