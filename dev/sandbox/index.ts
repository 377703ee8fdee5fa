import { CarbonmarkSimulator } from './carbonmark/carbonmark-simulator.js';
import { CnaughtSimulator } from './cnaught/cnaught-simulator.js';
import { OneTribeSimulator } from './one-tribe/one-tribe-simulator.js';

export type { CarbonmarkSimulator, CnaughtSimulator, OneTribeSimulator };
export type { Fault, FaultKind, FaultMatch, FaultRule, QueuedFault } from './fault.js';
export type { LedgerEntry, Price } from './ledger.js';
export { CommandRefusedError } from './command-refused.error.js';

/** How long each provider takes to move on by itself. */
export interface SandboxSchedule {
  readonly cnaughtFulfilMs: number;
  readonly carbonmarkStepMs: number;
  readonly oneTribeStepMs: number;
}

export interface SandboxRateLimits {
  readonly cnaught: { readonly writesPerSecond: number; readonly readsPerSecond: number } | null;
  readonly oneTribe: { readonly perMinute: number; readonly perHour: number; readonly perDay: number } | null;
}

export interface SandboxOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: any free port each. */
  readonly ports?: { readonly cnaught?: number; readonly carbonmark?: number; readonly oneTribe?: number };
  readonly keys?: { readonly cnaught?: string; readonly carbonmark?: string; readonly oneTribe?: string };
  /** A folder for the ledgers. Starting again on the same folder restores what the providers know. Default: memory. */
  readonly dataDir?: string | null;
  /** Default `off`: everything moves by command only. */
  readonly schedule?: SandboxSchedule | 'off';
  /** Accept `http://` return addresses on loopback hosts. Default false. */
  readonly allowLoopbackUrls?: boolean;
  /** Default: the documented limits. */
  readonly rateLimits?: Partial<SandboxRateLimits> | 'off';
  /** Pause between two tries of a CNaught callback. Default 1000. */
  readonly callbackRetryMs?: number;
}

export interface Sandbox {
  readonly cnaught: CnaughtSimulator;
  readonly carbonmark: CarbonmarkSimulator;
  readonly oneTribe: OneTribeSimulator;
  stop(): Promise<void>;
}

/** Sample keys: they open nothing but a sandbox. */
export const SANDBOX_KEYS = {
  cnaught: 'sandbox-cnaught-key-000000000000',
  carbonmark: 'cm_api_sandbox_00000000-0000-4000-8000-000000000000',
  oneTribe: 'sandbox-one-tribe-key-0000000000',
} as const;

/** Quick enough to watch, slow enough to see every state. */
export const WATCHABLE_SCHEDULE: SandboxSchedule = {
  cnaughtFulfilMs: 2000,
  carbonmarkStepMs: 500,
  oneTribeStepMs: 1000,
};

export const DOCUMENTED_RATE_LIMITS: SandboxRateLimits = {
  cnaught: { writesPerSecond: 100, readsPerSecond: 100 },
  oneTribe: { perMinute: 180, perHour: 10_800, perDay: 120_000 },
};

const NO_RATE_LIMITS: SandboxRateLimits = { cnaught: null, oneTribe: null };

/** Starts the three simulated providers, each on its own port. Nothing they do leaves this machine. */
export const startSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const { ports = {}, keys = {}, schedule = 'off' } = options;
  const common = {
    host: options.host ?? '127.0.0.1',
    dataDir: options.dataDir ?? null,
    allowLoopbackUrls: options.allowLoopbackUrls ?? false,
  };
  const steps = schedule === 'off' ? null : schedule;
  const limits = options.rateLimits === 'off' ? NO_RATE_LIMITS : { ...DOCUMENTED_RATE_LIMITS, ...options.rateLimits };
  const cnaught = new CnaughtSimulator({
    ...common,
    port: ports.cnaught ?? 0,
    apiKey: keys.cnaught ?? SANDBOX_KEYS.cnaught,
    fulfilAfterMs: steps?.cnaughtFulfilMs ?? null,
    callbackRetryMs: options.callbackRetryMs ?? 1000,
    rateLimit: limits.cnaught,
  });
  const carbonmark = new CarbonmarkSimulator({
    ...common,
    port: ports.carbonmark ?? 0,
    apiKey: keys.carbonmark ?? SANDBOX_KEYS.carbonmark,
    stepMs: steps?.carbonmarkStepMs ?? null,
  });
  const oneTribe = new OneTribeSimulator({
    ...common,
    port: ports.oneTribe ?? 0,
    apiKey: keys.oneTribe ?? SANDBOX_KEYS.oneTribe,
    stepMs: steps?.oneTribeStepMs ?? null,
    rateLimit: limits.oneTribe,
  });
  const simulators = [cnaught, carbonmark, oneTribe];
  const stop = async (): Promise<void> => {
    await Promise.all(simulators.map((simulator) => simulator.stop()));
  };
  try {
    await Promise.all(simulators.map((simulator) => simulator.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return { cnaught, carbonmark, oneTribe, stop };
};
