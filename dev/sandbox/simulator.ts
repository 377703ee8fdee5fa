import { SandboxClock, toIsoMillis } from './clock.js';
import { CommandRefusedError } from './command-refused.error.js';
import type { SimulatedResponse, Call } from './http-messages.js';
import { FaultQueue } from './fault-queue.js';
import { LateEffects } from './late-effects.js';
import { Ledger, type LedgerEntry } from './ledger.js';
import type { ControlRoute, SimulatedProvider, SimulatorIdentity } from './simulated-provider.js';
import { SimulatorServer } from './simulator-server.js';
import { Switches, type SwitchDefinition } from './switches.js';
import { Timers } from './timers.js';

export interface SimulatorOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly apiKey: string;
  /** Null keeps the ledger in memory. */
  readonly ledgerFile: string | null;
  /** Accept `http://` return addresses on loopback hosts, as a gateway on a developer's machine has. */
  readonly allowLoopbackUrls: boolean;
  /** Time between two steps of an order; null if only commands move it. */
  readonly stepMs: number | null;
  /** Null for no limit: 429 only by a fault. */
  readonly rateLimit: object | null;
}

/** Any simulator, whatever its options. */
export type AnySimulator = Simulator<SwitchDefinition>;

/** No clock goes further: years have four digits wherever times are written, those of expiries included. */
const END_OF_TIME_MS = Date.UTC(9000, 0);

/** How often scheduled progress is looked at. Well under the shortest default step (500 ms). */
const PROGRESS_TICK_MS = 50;

/**
 * One simulated provider: a real HTTP server, a ledger of what it did, faults, a clock and switches.
 * A subclass says how the provider behaves. It decides a call without waiting for anything, so calls never
 * interleave; and everything it does is an effect in the ledger before its response exists.
 */
export abstract class Simulator<D extends SwitchDefinition> implements SimulatedProvider {
  readonly apiKey: string;
  readonly ledger: Ledger;
  readonly faults: FaultQueue;
  readonly switches: Switches<D>;
  readonly lateEffects: LateEffects;
  protected readonly clock = new SandboxClock();
  protected readonly timers = new Timers();
  private readonly server: SimulatorServer;
  private readonly clockRow;

  constructor(
    protected readonly options: SimulatorOptions,
    readonly identity: SimulatorIdentity,
    switchDefinition: D,
  ) {
    this.apiKey = options.apiKey;
    this.ledger = new Ledger(options.ledgerFile, () => toIsoMillis(this.clock.nowMs()));
    this.clockRow = this.ledger.table<{ readonly offsetMs: number }>('clock');
    this.faults = new FaultQueue(() => this.clock.nowMs());
    this.switches = new Switches(switchDefinition, this.ledger);
    this.lateEffects = new LateEffects(this.timers);
    this.server = new SimulatorServer(this, this.timers);
  }

  abstract respond(call: Call): SimulatedResponse;
  abstract page(method: string, path: string): SimulatedResponse | null;
  abstract refusal(status: number): SimulatedResponse;
  abstract advance(id: string, to: string): void;
  abstract insertForeignRow(shownAs?: Readonly<Record<string, unknown>>): void;
  abstract deleteForeignRow(ids: readonly string[]): void;
  abstract controls(): readonly ControlRoute[];
  /** The environment with which a gateway buys here. */
  abstract variables(): Record<string, string>;
  /** Takes every step that is due `stepMs` after the one before. */
  protected abstract progress(stepMs: number): void;

  hold(_call: Call): () => void {
    return () => undefined;
  }

  forgetKeys(): void {}

  async start(): Promise<void> {
    this.ledger.open();
    this.clock.offsetMs = this.clockRow.get('clock')?.offsetMs ?? 0;
    await this.server.listen(this.options.host, this.options.port);
    this.timers.every(PROGRESS_TICK_MS, () => this.moveOn());
  }

  /** Closes every socket at once, whatever is going on. */
  async stop(): Promise<void> {
    this.timers.stop();
    await this.server.close();
    this.ledger.close();
  }

  /** `http://127.0.0.1:4101` */
  get origin(): string {
    return this.server.origin;
  }

  /** What to configure an adapter with: `http://127.0.0.1:4101/v1`. */
  get baseUrl(): string {
    return this.origin + this.identity.basePath;
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  /** Moves the simulator's clock forward. */
  advanceClock(byMs: number): void {
    if (!Number.isFinite(byMs) || byMs <= 0) throw new CommandRefusedError('The clock only moves forward.');
    if (this.nowMs() + byMs > END_OF_TIME_MS) throw new CommandRefusedError('The clock ends with the year 8999.');
    const offsetMs = this.clock.offsetMs + byMs;
    this.ledger.append([{ kind: 'clock_moved', id: 'clock', changes: [this.clockRow.put('clock', { offsetMs })] }]);
    this.clock.offsetMs = offsetMs;
    this.moveOn();
  }

  /** Purchases on the ledger: of one client reference, or all of them but foreign ones. */
  purchases(reference?: string): readonly LedgerEntry[] {
    const purchases = this.ledger.ofKind(this.identity.purchaseKind);
    return reference === undefined ? purchases : purchases.filter((entry) => entry.reference === reference);
  }

  /** As new: no orders, no faults, real time, default switches. */
  reset(): void {
    this.ledger.clear();
    this.faults.clear();
    this.lateEffects.clear();
    this.clock.offsetMs = 0;
  }

  private moveOn(): void {
    if (this.options.stepMs !== null) this.progress(this.options.stepMs);
  }
}
