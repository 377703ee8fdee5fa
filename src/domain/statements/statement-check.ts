import { MAX_LINE_ERRORS, type LineError, type LineRule } from './line-rules.js';
import type { StatementMapping } from './mapping.js';
import { Occurrences } from './occurrences.js';
import { lineReader, placesFrom, type CsvRecord, type LineReader } from './read-line.js';
import {
  identityOf,
  LINE_KINDS,
  signIn,
  type KindTotals,
  type LineKind,
  type StatementHeader,
  type StatementLine,
  type StatementTotals,
} from './statement.js';

/** A line with what no other line that was ever taken on has. */
export interface KeyedLine extends StatementLine {
  readonly key: Uint8Array;
}

type Sum = Omit<KindTotals, 'kind'>;

const NOTHING: Sum = { lines: 0, netUnits: 0n, taxUnits: 0n };

/**
 * Goes through a file once, record by record, and keeps no line: its errors (the first hundred), what it comes to, and how
 * often each line came. Lines that are given out stand only if the whole file has no error and comes to what was declared.
 *
 * Two lines that are equal in all fields are two: which of them it is goes into the key of each. The same lines in another
 * file have the same keys, so that no line is taken on twice.
 */
export class StatementCheck {
  private readonly found: LineError[] = [];
  private readonly kinds = new Map<LineKind, Sum>();
  private readonly occurrences = new Occurrences();
  private read: LineReader | null = null;
  private hasHeader = false;

  constructor(
    private readonly header: StatementHeader,
    private readonly mapping: StatementMapping,
    private readonly sha256: (text: string) => Uint8Array,
  ) {}

  get errors(): readonly LineError[] {
    return this.found;
  }

  /** @returns the line; null for the first record of the file, which names the columns, and for one with an error. */
  take(record: CsvRecord): KeyedLine | null {
    if (!this.hasHeader) {
      this.takeHeader(record);
      return null;
    }
    const line = this.read?.(record) ?? [];
    if ('netUnits' in line) return this.keyed(line);
    for (const { column, rule } of line) this.refuse(rule, record.line, column);
    return null;
  }

  /** What ends the reading of the file, or is found elsewhere. */
  refuse(rule: LineRule, line: number | null, column: string | null = null): void {
    if (this.found.length < MAX_LINE_ERRORS) this.found.push({ line, column, rule });
  }

  /** After the last record. */
  end(): void {
    if (this.found.length === 0 && this.kinds.size === 0) this.refuse('no_lines', null);
  }

  byKind(): readonly KindTotals[] {
    return LINE_KINDS.flatMap((kind) => {
      const totals = this.kinds.get(kind);
      return totals ? [{ kind, ...totals }] : [];
    });
  }

  totals(): StatementTotals {
    return totalsOf(this.header, this.byKind());
  }

  private takeHeader(record: CsvRecord): void {
    this.hasHeader = true;
    const places = placesFrom(record, this.mapping);
    if ('kind' in places) this.read = lineReader(this.header, this.mapping, places, record.cells.length);
    else for (const { column, rule } of places) this.refuse(rule, record.line, column);
  }

  private keyed(line: StatementLine): KeyedLine | null {
    const identity = identityOf(line, this.header.currency);
    const first = this.sha256(identity);
    const occurrence = this.occurrences.count(first);
    if (line.lineId !== null && occurrence > 1) {
      this.refuse('line_id_repeated', line.line, this.mapping.columns.line_id);
      return null;
    }
    const { lines, netUnits, taxUnits } = this.kinds.get(line.kind) ?? NOTHING;
    this.kinds.set(line.kind, {
      lines: lines + 1,
      netUnits: netUnits + line.netUnits,
      taxUnits: taxUnits + line.taxUnits,
    });
    return { ...line, key: occurrence === 1 ? first : this.sha256(`${identity}#${occurrence}`) };
  }
}

/** What lines of these kinds come to in a document. */
export const totalsOf = (
  { document }: Pick<StatementHeader, 'document'>,
  kinds: readonly KindTotals[],
): StatementTotals =>
  kinds.reduce<Sum>(
    (sum, { kind, lines, netUnits, taxUnits }) => ({
      lines: sum.lines + lines,
      netUnits: sum.netUnits + signIn(document, kind) * netUnits,
      taxUnits: sum.taxUnits + signIn(document, kind) * taxUnits,
    }),
    NOTHING,
  );

/** The totals that differ from what was declared; empty if the file comes to it. */
export const disagreements = (
  { declared }: Pick<StatementHeader, 'declared'>,
  totals: StatementTotals,
): readonly (keyof StatementTotals)[] =>
  (['lines', 'netUnits', 'taxUnits'] as const).filter((total) => totals[total] !== declared[total]);
