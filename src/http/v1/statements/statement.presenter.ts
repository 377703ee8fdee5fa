import type { LinkedLine, Posting } from '../../../application/statements/read-statement.js';
import { amountText } from '../../../domain/ledger/units.js';
import type { Currency } from '../../../domain/money.js';
import { decimalOf } from '../../../domain/statements/numbers.js';
import type { Statement, StatementTotals } from '../../../domain/statements/statement.js';
import type { MoneyResponse } from '../../values/money.response.js';
import { presentTime } from '../../values/time.presenter.js';
import type {
  StatementLineResponse,
  StatementPostingResponse,
  ProviderStatementResponse,
} from './statement.response.js';

export const presentStatement = ({ header, ...statement }: Statement): ProviderStatementResponse => ({
  id: statement.id,
  provider: header.provider,
  document: header.document,
  number: header.number,
  issued_on: header.issuedOn,
  covers_from: header.coversFrom,
  covers_to: header.coversTo,
  mapping: header.mapping,
  status: statement.status,
  file_sha256: statement.fileSha256,
  declared: presentTotals(header.declared, header.currency),
  kinds: statement.kinds.map((totals) => ({ kind: totals.kind, ...presentTotals(totals, header.currency) })),
  errors: statement.errors.map(({ line, column, rule }) => ({ line, column, rule })),
  created_at: presentTime(statement.createdAt),
  accepted_at: statement.acceptedAt && presentTime(statement.acceptedAt),
  reversed_at: statement.reversal && presentTime(statement.reversal.at),
  reversal_reason: statement.reversal?.reason ?? null,
});

export const presentLine = (line: LinkedLine, currency: Currency): StatementLineResponse => ({
  line: line.line,
  kind: line.kind,
  provider_order_id: line.providerOrderId,
  reference: line.reference,
  project_id: line.projectId,
  order_id: line.orderId,
  grams: line.grams === null ? null : Number(line.grams),
  net: presentUnits(line.netUnits, currency),
  tax: presentUnits(line.taxUnits, currency),
  occurred_on: line.occurredOn,
  description: line.description,
});

export const presentPosting = (posting: Posting): StatementPostingResponse => ({
  rule: posting.rule,
  debit: posting.debit,
  credit: posting.credit,
  asset: posting.asset,
  transfers: posting.transfers,
  amount: amountText(posting),
});

const presentTotals = ({ lines, netUnits, taxUnits }: StatementTotals, currency: Currency) => ({
  lines,
  net: presentUnits(netUnits, currency),
  tax: presentUnits(taxUnits, currency),
});

const presentUnits = (units: bigint, currency: Currency): MoneyResponse => ({ amount: decimalOf(units), currency });
