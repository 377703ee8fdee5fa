import type { Decimal } from 'decimal.js';
import type { PlannedLine, ProviderName } from './plants.js';

export interface StatementFile {
  /** A provider may have a statement in each of two currencies. */
  readonly name: string;
  /** Name of the mapping that reads it. */
  readonly mapping: string;
  readonly text: string;
}

/** The same lines in our own format, and in the provider's. */
export const statementFiles = (
  provider: ProviderName,
  lines: readonly PlannedLine[],
  currency: string,
  day: string,
): readonly StatementFile[] => {
  const { mapping, columns, cells } = OWN[provider];
  return [
    { mapping: 'canonical-1', text: csv(CANONICAL, lines.map(canonical(currency, day))) },
    { mapping, text: csv(columns, lines.map(cells(currency, day))) },
  ].map((file) => ({ ...file, name: `${provider}.${currency}.${file.mapping}.csv` }));
};

type Cells = (currency: string, day: string) => (line: PlannedLine) => readonly string[];

const CANONICAL =
  'line_id,kind,provider_order_id,reference,project_id,quantity,unit,net,tax,currency,date,description'.split(',');

const canonical: Cells = (currency, day) => (line) => [
  '',
  line.kind,
  line.providerOrderId ?? '',
  line.reference ?? '',
  line.projectId ?? '',
  line.grams === null ? '' : String(line.grams),
  line.grams === null ? '' : 'g',
  line.net.toFixed(2),
  line.tax.toFixed(2),
  currency,
  day,
  line.description,
];

/** Credits and payments with a minus. */
const signed = ({ kind }: PlannedLine, amount: Decimal): Decimal =>
  kind === 'credit' || kind === 'payment' ? amount.negated() : amount;
const inUnits = (grams: number | null, of: number): string => (grams === null ? '' : String(grams / of));

const OWN: Readonly<
  Record<ProviderName, { readonly mapping: string; readonly columns: readonly string[]; readonly cells: Cells }>
> = {
  cnaught: {
    mapping: 'cnaught-1',
    columns: 'line_id,type,order_id,client_reference_id,amount_kg,price_usd_cents,date,description'.split(','),
    cells: (_, day) => (line) => [
      '',
      { charge: 'order', credit: 'refund', fee: 'fee', payment: '' }[line.kind],
      line.providerOrderId ?? '',
      line.reference ?? '',
      inUnits(line.grams, 1_000),
      signed(line, line.net).times(100).toFixed(0),
      day,
      line.description,
    ],
  },
  carbonmark: {
    mapping: 'carbonmark-1',
    columns: 'payment_id,type,order_id,project_id,quantity_tonnes,amount,currency,date,description'.split(','),
    cells: (currency, day) => (line) => [
      '',
      { charge: 'purchase', credit: 'refund', fee: 'fee', payment: 'payment' }[line.kind],
      line.providerOrderId ?? '',
      '',
      inUnits(line.grams, 1_000_000),
      line.net.toFixed(2),
      currency,
      day,
      line.description,
    ],
  },
  one_tribe: {
    mapping: 'one-tribe-1',
    columns: 'Line,Type,Transaction,Reference,Project,Tonnes,Net,VAT,Currency,Date,Description'.split(','),
    cells: (currency, day) => (line) => [
      '',
      { charge: line.projectId ? 'Project' : 'Transaction', credit: 'Credit', fee: 'Fee', payment: '' }[line.kind],
      line.providerOrderId ?? '',
      line.reference ?? '',
      line.projectId ?? '',
      inUnits(line.grams, 1_000_000),
      signed(line, line.net).toFixed(2),
      signed(line, line.tax).toFixed(2),
      currency,
      day.split('-').toReversed().join('/'),
      line.description,
    ],
  },
};

const csv = (columns: readonly string[], lines: readonly (readonly string[])[]): string =>
  [columns, ...lines].map((cells) => `${cells.map(quoted).join(',')}\n`).join('');

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
