import { Decimal } from 'decimal.js';
import type { BreakType } from '../../src/domain/reconciliation/break-types.js';
import type { Stage } from '../drills/stage.js';
import { makeOrders, type MadeOrder } from './make-orders.js';
import { planOf, type Plan } from './plan.js';
import { PLANTS, type Plant, type PlannedLine, type ProviderName } from './plants.js';
import { statementFiles, type StatementFile } from './statement-files.js';

/** What a run has to find: of an order, of a purchase by its provider's id, or of a line as `<number of the document>:<line>`. */
export interface KeyFinding {
  readonly type: BreakType;
  readonly provider: ProviderName;
  readonly subject: string;
}

/** A document of a provider, and what has to be declared with it. */
export interface PlantedStatement {
  readonly provider: ProviderName;
  readonly document: 'invoice' | 'payments';
  readonly number: string;
  readonly issuedOn: string;
  readonly currency: string;
  readonly declared: { readonly lines: number; readonly net: string; readonly tax: string };
  readonly files: readonly StatementFile[];
  readonly lines: readonly PlannedLine[];
}

export interface AnswerKey {
  readonly seed: number;
  readonly orders: readonly {
    readonly n: number;
    readonly id: string;
    readonly provider: ProviderName;
    readonly providerOrderId: string | null;
    readonly status: string;
    readonly planted: string | null;
  }[];
  readonly findings: readonly KeyFinding[];
}

/** Orders, statements and what is wrong with them, on a running gateway over simulated providers. */
export const plant = async (
  stage: Stage,
  seed: number,
  count: number,
): Promise<{ readonly key: AnswerKey; readonly statements: readonly PlantedStatement[] }> => {
  const plan = planOf(seed, count);
  const made = await makeOrders(stage, plan);
  const strangers = await buyAsStrangers(stage, plan);
  const statements = statementsOf(plan, made, new Date().toISOString().slice(0, 10));
  const findings = [...made.flatMap(findingsOf), ...strangers, ...statements.flatMap(findingsInLines)];
  return { statements, key: { seed, orders: made.map(inKey), findings: findings.toSorted(byText) } };
};

const inKey = ({ n, provider, planted, order }: MadeOrder): AnswerKey['orders'][number] => ({
  n,
  id: order.id,
  provider,
  providerOrderId: order.provider_order_id,
  status: order.status,
  planted,
});

const findingsOf = ({ provider, planted, order }: MadeOrder): readonly KeyFinding[] =>
  planted === null ? [] : PLANTS[planted].finds.map((type) => ({ type, provider, subject: order.id }));

/** Purchases on our account of which we know nothing. */
const buyAsStrangers = async (stage: Stage, { extras }: Plan): Promise<readonly KeyFinding[]> => {
  const found: KeyFinding[] = [];
  for (const { type, provider } of extras) {
    if (type !== 'purchase_unknown_here') continue;
    const simulator = provider === 'cnaught' ? stage.cnaught : stage.oneTribe;
    await simulator.command('/foreign-rows');
    const last = (await simulator.ledger()).findLast(({ kind }) => kind.startsWith('foreign_'));
    found.push({ type, provider, subject: last?.id ?? '' });
  }
  return found;
};

const STATEMENTS = [
  { provider: 'cnaught', document: 'invoice', currency: 'USD' },
  { provider: 'carbonmark', document: 'payments', currency: 'USD' },
  { provider: 'one_tribe', document: 'invoice', currency: 'GBP' },
] as const;

const NOTHING = new Decimal(0);

const statementsOf = (plan: Plan, made: readonly MadeOrder[], day: string): readonly PlantedStatement[] =>
  STATEMENTS.flatMap(({ provider, document, currency }) => {
    const own = made.filter((order) => order.provider === provider);
    const lines = [...own.flatMap((order) => linesOf(order, own)), ...linesOfNobody(plan, provider)];
    if (lines.length === 0) return [];
    const total = (of: (line: PlannedLine) => Decimal): string =>
      lines
        .reduce((sum, line) => (line.kind === 'credit' ? sum.minus(of(line)) : sum.plus(of(line))), NOTHING)
        .toFixed(2);
    return {
      provider,
      document,
      // Two plants of one seed are two documents.
      number: `PLANT-${plan.seed}-${made[0]?.order.id.slice(-8) ?? ''}`,
      issuedOn: day,
      currency,
      declared: { lines: lines.length, net: total(({ net }) => net), tax: total(({ tax }) => tax) },
      files: statementFiles(provider, lines, currency, day),
      lines,
    };
  });

/** What its provider charges for an order, or says that its payer has paid; and what is planted in place of that. */
const linesOf = (made: MadeOrder, own: readonly MadeOrder[]): readonly PlannedLine[] => {
  const { order, planted, payment, provider } = made;
  const known: Plant | null = planted && PLANTS[planted];
  if (order.price === null) return [];
  const tax = new Decimal(order.price.tax?.amount ?? 0);
  const line: PlannedLine = {
    kind: provider === 'carbonmark' ? 'payment' : 'charge',
    providerOrderId: order.provider_order_id,
    reference: order.id,
    grams: order.ordered_mass.grams,
    net: new Decimal(order.price.total.amount).minus(tax),
    tax,
    description: `Order ${made.n}`,
  };
  const other = own.find((each) => each !== made && each.planted === null)?.order.id ?? order.id;
  if (known?.lines) return known.lines(line, other);
  return payment === 'checkout' && provider !== 'carbonmark' ? [] : [line];
};

const linesOfNobody = ({ extras }: Plan, provider: ProviderName): readonly PlannedLine[] =>
  extras
    .filter((extra) => extra.provider === provider)
    .flatMap(({ type }, index): readonly PlannedLine[] => {
      const line = {
        reference: null,
        grams: null,
        net: new Decimal('12.50'),
        tax: NOTHING,
        description: `Line ${index}`,
      };
      if (type === 'charge_unknown') return [{ ...line, kind: 'charge', providerOrderId: `unknown-${index + 1}` }];
      return type === 'fee_unallocated' ? [{ ...line, kind: 'fee', providerOrderId: null }] : [];
    });

/** The first line has the names of the columns. */
const FIRST_LINE = 2;

const findingsInLines = ({ provider, number, lines }: PlantedStatement): readonly KeyFinding[] =>
  lines.flatMap(({ kind, providerOrderId }, index): readonly KeyFinding[] => {
    const subject = `${number}:${index + FIRST_LINE}`;
    if (kind === 'fee') return [{ type: 'fee_unallocated', provider, subject }];
    return providerOrderId?.startsWith('unknown-') ? [{ type: 'charge_unknown', provider, subject }] : [];
  });

const byText = (a: KeyFinding, b: KeyFinding): number => (`${a.type} ${a.subject}` < `${b.type} ${b.subject}` ? -1 : 1);
