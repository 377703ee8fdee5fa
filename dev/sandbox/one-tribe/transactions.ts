import { Decimal } from 'decimal.js';
import { CommandRefusedError } from '../command-refused.error.js';
import { toIsoSeconds } from '../clock.js';
import { decided, isJsonObject, jsonResponse, jsonObjectFrom, type Call, type Decision } from '../http-messages.js';
import type { Effect, Ledger } from '../ledger.js';
import { randomAlphanumeric } from '../random-id.js';
import type { Table } from '../table.js';
import { listBody } from './list-query.js';
import { badRequest, errorResponse, notFound } from './one-tribe-errors.js';
import type { Projects } from './projects.js';

/** In order: a transaction only ever moves to the right. */
const STATUSES = ['ordered', 'accepted', 'retired', 'completed'] as const;
type TransactionStatus = (typeof STATUSES)[number];

const MAX_DESCRIPTION = 255;
/** The most that has a number of grams. */
const MOST_TONNES = Math.floor(Number.MAX_SAFE_INTEGER / 1_000_000);

export interface TransactionRow {
  readonly id: string;
  readonly projectId: string;
  readonly quantityTonnes: number;
  readonly status: TransactionStatus;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  /** Not bought through the client under test. */
  readonly isForeign: boolean;
  /** Fields of a foreign row as they are shown in place of its own. */
  readonly shownAs?: Readonly<Record<string, unknown>>;
}

interface NewTransaction {
  readonly projectId: string;
  readonly quantityTonnes: number;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly isForeign: boolean;
}

/** Purchases recorded for the month-end invoice. Nothing guards against posting one twice. */
export class Transactions {
  private readonly rows: Table<TransactionRow>;

  constructor(
    private readonly ledger: Ledger,
    private readonly projects: Projects,
    private readonly nowMs: () => number,
  ) {
    this.rows = ledger.table<TransactionRow>('transactions');
  }

  find(id: string): TransactionRow | undefined {
    return this.rows.get(id);
  }

  all(): TransactionRow[] {
    return this.rows.all();
  }

  create(call: Call): Decision {
    const body = jsonObjectFrom(call.body);
    if (!body) return decided(badRequest('The body must be a JSON object'));
    const problem = problemWith(body);
    if (problem) return decided(badRequest(problem));
    const { project_id: projectId, quantity, description, metadata } = body as unknown as ValidBody;
    const project = this.projects.find(projectId);
    if (!project) return decided(notFound('Project'));
    if (project.status !== 'active') return decided(badRequest('The project is not active'));
    if (quantity < project.minVolume) {
      return decided(badRequest('quantity is below the minimum volume', { min_volume: project.minVolume }));
    }
    const row = this.newRow({
      projectId,
      quantityTonnes: quantity,
      description: description ?? null,
      metadata: metadata ?? null,
      isForeign: false,
    });
    return decided(jsonResponse(201, toWireTransaction(row)), this.effect('transaction_created', row));
  }

  list(call: Call): Decision {
    const visible = this.rows.all().filter((row) => row.createdAtMs < call.listsShowBeforeMs);
    const list = listBody(visible.map(toWireTransaction), call.query);
    return decided('refusal' in list ? list.refusal : jsonResponse(200, list.body));
  }

  read(id: string): Decision {
    const row = this.rows.get(id);
    return decided(row ? jsonResponse(200, toWireTransaction(row)) : notFound('Transaction'));
  }

  delete(id: string): Decision {
    const row = this.rows.get(id);
    if (!row) return decided(notFound('Transaction'));
    if (row.status !== 'ordered') return decided(errorResponse(403, `A transaction that is ${row.status} stays`));
    return decided({ status: 204, headers: {}, body: '' }, this.removal('transaction_deleted', row));
  }

  /** Command: moves a transaction to a later status, through those between. */
  advance(id: string, to: string): void {
    const row = this.known(id);
    const from = STATUSES.indexOf(row.status);
    const target = STATUSES.findIndex((status) => status === to);
    if (target <= from) {
      throw new CommandRefusedError(`A transaction that is ${row.status} can be moved to a later one of its statuses.`);
    }
    const steps = STATUSES.slice(from + 1, target + 1);
    const effects = steps.map((status) =>
      this.effect(`transaction_${status}`, { ...row, status, changedAtMs: this.nowMs() }),
    );
    this.ledger.append(effects);
  }

  /** Command: the provider's staff drop a record without a word. */
  vanish(id: string): void {
    this.ledger.append([this.removal('transaction_vanished', this.known(id))]);
  }

  nextStatus(row: TransactionRow): TransactionStatus | null {
    return STATUSES[STATUSES.indexOf(row.status) + 1] ?? null;
  }

  newRow(transaction: NewTransaction): TransactionRow {
    const now = this.nowMs();
    return {
      ...transaction,
      id: `tx-${randomAlphanumeric(12)}`,
      status: 'ordered',
      createdAtMs: now,
      changedAtMs: now,
    };
  }

  effect(kind: string, row: TransactionRow): Effect {
    const change = this.rows.put(row.id, row);
    return { kind, id: row.id, ...this.summary(row), changes: [change] };
  }

  removal(kind: string, row: TransactionRow): Effect {
    return { kind, id: row.id, ...this.summary(row), changes: [this.rows.remove(row.id)] };
  }

  private summary(row: TransactionRow): Pick<Required<Effect>, 'reference' | 'massGrams' | 'price'> {
    const reference = row.metadata?.['order_reference'];
    const basePrice = this.projects.find(row.projectId)?.basePricePerTon ?? 0;
    return {
      reference: typeof reference === 'string' ? reference : null,
      massGrams: row.quantityTonnes * 1_000_000,
      price: { amount: new Decimal(basePrice).times(row.quantityTonnes).toFixed(2), currency: 'GBP' },
    };
  }

  private known(id: string): TransactionRow {
    const row = this.rows.get(id);
    if (!row) throw new CommandRefusedError('There is no such transaction.');
    return row;
  }
}

interface ValidBody {
  readonly project_id: string;
  readonly quantity: number;
  readonly description?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}

const problemWith = (body: Readonly<Record<string, unknown>>): string | null => {
  const { project_id: projectId, transaction_type: type, quantity, description, metadata } = body;
  if (typeof projectId !== 'string' || projectId === '') return 'project_id is required';
  if (type !== 'purchase') return 'transaction_type must be purchase';
  if (!Number.isInteger(quantity) || Number(quantity) < 1 || Number(quantity) > MOST_TONNES)
    return 'quantity must be a whole number of tonnes';
  const text = description ?? '';
  if (typeof text !== 'string' || text.length > MAX_DESCRIPTION) return 'description has more than 255 characters';
  if (!isJsonObject(metadata ?? {})) return 'metadata must be an object';
  return null;
};

const toWireTransaction = (row: TransactionRow): object => ({
  transaction_id: row.id,
  project_id: row.projectId,
  transaction_type: 'purchase',
  quantity: row.quantityTonnes,
  status: row.status,
  description: row.description,
  ...(row.metadata === null ? {} : { metadata: row.metadata }),
  createdAt: toIsoSeconds(row.createdAtMs),
  updatedAt: toIsoSeconds(row.changedAtMs),
  ...row.shownAs,
});
