import { appendFileSync, closeSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Table, type Change } from './table.js';

export interface Price {
  /** Decimal string in the currency's main unit: `"2.00"`. */
  readonly amount: string;
  readonly currency: 'USD' | 'GBP';
}

/** Something that happened at the provider, and what it changed. */
export interface Effect {
  readonly kind: string;
  /** The provider's id of what it happened to. */
  readonly id: string;
  /** The client's own reference as far as the provider can see one. */
  readonly reference?: string | null;
  readonly massGrams?: number | null;
  readonly price?: Price | null;
  readonly idempotencyKey?: string | null;
  readonly changes: readonly Change[];
}

export interface LedgerEntry extends Required<Effect> {
  readonly seq: number;
  /** ISO time on the simulator's clock. */
  readonly at: string;
}

type Listener = (entry: LedgerEntry) => void;

/**
 * Everything that ever happened at one simulated provider, append-only. The simulator's state is the sum
 * of these entries. With a file, entries are on disk before `append` returns, all of one call in one write,
 * and opening the same file again restores the same state.
 */
export class Ledger {
  private readonly kept: LedgerEntry[] = [];
  private readonly tables = new Map<string, Table<unknown>>();
  private readonly listeners = new Set<Listener>();
  private descriptor: number | null = null;

  constructor(
    private readonly file: string | null,
    private readonly now: () => string,
  ) {}

  /** Declares a table. Every table must be declared before `open`. */
  table<Row>(name: string): Table<Row> {
    const table = new Table<Row>(name);
    this.tables.set(name, table as Table<unknown>);
    return table;
  }

  open(): void {
    if (this.file === null) return;
    mkdirSync(dirname(this.file), { recursive: true });
    this.descriptor = openSync(this.file, 'a+');
    const text = readFileSync(this.file, 'utf8');
    // A line without its newline was being written when the process died: it never took effect.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) ftruncateSync(this.descriptor, Buffer.byteLength(whole));
    for (const line of whole.split('\n').slice(0, -1)) this.keep(JSON.parse(line) as LedgerEntry);
  }

  append(effects: readonly Effect[]): LedgerEntry[] {
    if (effects.length === 0) return [];
    const at = this.now();
    const entries = effects.map((effect, index) => toEntry(effect, this.kept.length + 1 + index, at));
    if (this.descriptor !== null)
      appendFileSync(this.descriptor, entries.map((e) => `${JSON.stringify(e)}\n`).join(''));
    for (const entry of entries) this.keep(entry);
    for (const entry of entries) for (const listener of this.listeners) listener(entry);
    return entries;
  }

  /** Entries with a greater `seq`, oldest first. */
  entries(after = 0): readonly LedgerEntry[] {
    return this.kept.slice(after);
  }

  ofKind(kind: string): readonly LedgerEntry[] {
    return this.kept.filter((entry) => entry.kind === kind);
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The first entry, past or future, that matches. */
  waitFor(matches: (entry: LedgerEntry) => boolean): Promise<LedgerEntry> {
    const past = this.kept.find(matches);
    if (past) return Promise.resolve(past);
    return new Promise((resolve) => {
      const unsubscribe = this.subscribe((entry) => {
        if (!matches(entry)) return;
        unsubscribe();
        resolve(entry);
      });
    });
  }

  /** Forgets everything, the file included. */
  clear(): void {
    this.kept.length = 0;
    for (const table of this.tables.values()) table.clear();
    if (this.descriptor !== null) ftruncateSync(this.descriptor, 0);
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  private keep(entry: LedgerEntry): void {
    this.kept.push(entry);
    for (const change of entry.changes) this.tables.get(change.table)?.apply(change);
  }
}

const toEntry = (effect: Effect, seq: number, at: string): LedgerEntry => ({
  seq,
  at,
  kind: effect.kind,
  id: effect.id,
  reference: effect.reference ?? null,
  massGrams: effect.massGrams ?? null,
  price: effect.price ?? null,
  idempotencyKey: effect.idempotencyKey ?? null,
  changes: effect.changes,
});
