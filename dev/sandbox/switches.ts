import { CommandRefusedError } from './command-refused.error.js';
import type { Ledger } from './ledger.js';
import type { Table } from './table.js';

/** Allowed values per switch; the first is the default. */
export type SwitchDefinition = Readonly<Record<string, readonly (string | boolean)[]>>;

export type SwitchSettings<D extends SwitchDefinition> = { readonly [K in keyof D]: D[K][number] };

interface SwitchRow {
  readonly value: string | boolean;
}

/** Where the provider's behaviour is unknown or can be chosen. Settings are in the ledger: they survive a restart. */
export class Switches<D extends SwitchDefinition> {
  private readonly rows: Table<SwitchRow>;

  constructor(
    private readonly definition: D,
    private readonly ledger: Ledger,
  ) {
    this.rows = ledger.table<SwitchRow>('switches');
  }

  get<K extends keyof D & string>(name: K): D[K][number] {
    return (this.rows.get(name)?.value ?? this.definition[name]?.[0]) as D[K][number];
  }

  all(): SwitchSettings<D> {
    const names = Object.keys(this.definition) as (keyof D & string)[];
    return Object.fromEntries(names.map((name) => [name, this.get(name)])) as SwitchSettings<D>;
  }

  set(settings: Partial<SwitchSettings<D>>): void {
    this.setFrom(settings);
  }

  /** For settings from outside: a wrong name or value is refused. */
  setFrom(settings: Readonly<Record<string, unknown>>): void {
    const effects = Object.entries(settings).map(([name, value]) => {
      const row = { value: this.checked(name, value) };
      return { kind: 'switch_set', id: name, changes: [this.rows.put(name, row)] };
    });
    this.ledger.append(effects);
  }

  private checked(name: string, value: unknown): string | boolean {
    const allowed = Object.hasOwn(this.definition, name) ? this.definition[name] : undefined;
    if (!allowed) throw new CommandRefusedError(`Unknown switch. Known: ${Object.keys(this.definition).join(', ')}.`);
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new CommandRefusedError(`Switch ${name} takes one of: ${allowed.join(', ')}.`);
    return found;
  }
}
