import { ACCOUNT_NAMES } from '../../../domain/ledger/accounts.js';
import { RULE_NAMES } from '../../../domain/ledger/rules.js';
import { ASSETS } from '../../../domain/ledger/units.js';
import {
  LINE_KINDS,
  STATEMENT_DOCUMENTS,
  STATEMENT_MEANING,
  STATEMENT_STATUSES,
} from '../../../domain/statements/statement.js';
import { PropBoolean, PropEnum, PropInteger, PropList, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { LineErrorResponse } from '../../problems/problem.response.js';
import { MoneyResponse } from '../../values/money.response.js';

export class StatementTotalsResponse {
  @PropInteger('How many lines', { example: 120 }) lines!: number;
  @PropObject(() => MoneyResponse, 'What they come to without tax') net!: MoneyResponse;
  @PropObject(() => MoneyResponse, 'Their tax') tax!: MoneyResponse;
}

export class StatementKindResponse extends StatementTotalsResponse {
  @PropEnum(LINE_KINDS, 'Of which kind') kind!: string;
}

export class ProviderStatementResponse {
  @PropText('Statement id', { example: 'stm_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('Whose it is', { example: 'cnaught' }) provider!: string;
  @PropEnum(STATEMENT_DOCUMENTS, 'What it is') document!: string;
  @PropText("The provider's number of it", { example: 'INV-2026-10' }) number!: string;
  @PropText('Its date', { format: 'date', example: '2026-11-01' }) issued_on!: string;
  @PropText('The first day that it is about', { format: 'date', nullable: true, example: '2026-10-01' })
  covers_from!: string | null;
  @PropText('The last day that it is about', { format: 'date', nullable: true, example: '2026-10-31' })
  covers_to!: string | null;
  @PropText('The format by which its file was read', { example: 'canonical-1' }) mapping!: string;

  @PropEnum(
    STATEMENT_STATUSES,
    Object.entries(STATEMENT_MEANING)
      .map(([status, means]) => `\`${status}\`: ${means}`)
      .join('. '),
  )
  status!: string;

  @PropText('SHA-256 of the file', { example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  file_sha256!: string;
  @PropObject(() => StatementTotalsResponse, 'What was declared of it') declared!: StatementTotalsResponse;
  @PropList(() => StatementKindResponse, 'What its lines come to, by kind: of these an accepted one is made up')
  kinds!: StatementKindResponse[];
  @PropList(() => LineErrorResponse, 'What is wrong with its file, the first hundred') errors!: LineErrorResponse[];
  @PropTime('When it was taken in') created_at!: string;
  @PropTime('When it was accepted', { nullable: true }) accepted_at!: string | null;
  @PropTime('When it was reversed', { nullable: true }) reversed_at!: string | null;
  @PropText('Why it was reversed', { nullable: true, example: 'The provider sent a corrected invoice, INV-2026-10b.' })
  reversal_reason!: string | null;
}

export class StatementListResponse {
  @PropList(() => ProviderStatementResponse, 'Newest first') data!: ProviderStatementResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true })
  next_cursor!: string | null;
}

export class StatementLineResponse {
  @PropInteger('Where it begins in the file, from 1', { example: 2 }) line!: number;
  @PropEnum(LINE_KINDS, 'What it is; its amounts are never negative') kind!: string;
  @PropText("The provider's id of the order", { nullable: true, example: 'cn_123' }) provider_order_id!: string | null;
  @PropText("The provider's note of whose order it is", { nullable: true, example: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4' })
  reference!: string | null;
  @PropText("The provider's id of the project", { nullable: true, example: 'VCS-191' }) project_id!: string | null;
  @PropText('The order that these named when the line was read; null for none, or if they named two', {
    nullable: true,
  })
  order_id!: string | null;
  @PropInteger('Mass in grams', { nullable: true, example: 100_000 }) grams!: number | null;
  @PropObject(() => MoneyResponse, 'Without tax') net!: MoneyResponse;
  @PropObject(() => MoneyResponse, 'Its tax') tax!: MoneyResponse;
  @PropText('Its day', { format: 'date', example: '2026-10-03' }) occurred_on!: string;
  @PropText('What the provider wrote', { nullable: true, example: 'Portfolio, 100 kg' }) description!: string | null;
}

export class StatementLineListResponse {
  @PropList(() => StatementLineResponse, 'By their place in the file') data!: StatementLineResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true })
  next_cursor!: string | null;
}

export class StatementPostingResponse {
  @PropEnum(RULE_NAMES, 'Why: docs/ledger.md') rule!: string;
  @PropEnum(ACCOUNT_NAMES, 'Where it goes to: docs/ledger.md') debit!: string;
  @PropEnum(ACCOUNT_NAMES, 'Where it comes from') credit!: string;
  @PropEnum(ASSETS, 'What the amount is of') asset!: string;
  @PropInteger('How many transfers', { example: 120 }) transfers!: number;
  @PropText('Decimal, above zero: what they come to', { example: '120.00' }) amount!: string;
}

export class StatementPostingListResponse {
  @PropBoolean('Whether this was posted; else it is what acceptance would post now') posted!: boolean;
  @PropList(() => StatementPostingResponse, 'In sum, by rule and accounts; of a reversed one the opposite after it')
  data!: StatementPostingResponse[];
}
