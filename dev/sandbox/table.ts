/** One row written or removed (`row: null`) by an effect. */
export interface Change {
  readonly table: string;
  readonly id: string;
  readonly row: unknown;
}

/**
 * Rows of one kind, oldest first. A table is never written directly: `put` and `remove` describe a change,
 * and the ledger applies it once it is on record.
 */
export class Table<Row> {
  private readonly rows = new Map<string, Row>();

  constructor(private readonly name: string) {}

  get(id: string): Row | undefined {
    return this.rows.get(id);
  }

  all(): Row[] {
    return [...this.rows.values()];
  }

  ids(): string[] {
    return [...this.rows.keys()];
  }

  put(id: string, row: Row): Change {
    return { table: this.name, id, row };
  }

  remove(id: string): Change {
    return { table: this.name, id, row: null };
  }

  /** For the ledger only. The row was made by `put` of this same table, in this process or before a restart. */
  apply(change: Change): void {
    if (change.row === null) this.rows.delete(change.id);
    else this.rows.set(change.id, change.row as Row);
  }

  clear(): void {
    this.rows.clear();
  }
}
