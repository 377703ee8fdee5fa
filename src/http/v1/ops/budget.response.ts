import { PropEnum, PropList, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { MoneyResponse } from '../../values/money.response.js';
import { PersonResponse } from './attention.response.js';

export class BudgetSetResponse {
  @PropObject(() => PersonResponse, 'Who; null for a machine', { nullable: true }) by!: PersonResponse | null;
  @PropTime('When') at!: string;
  @PropText('Why', { example: 'Agreed for the year-end campaign' }) reason!: string;
}

export class BudgetProposalResponse {
  @PropObject(() => MoneyResponse, 'The limit that is proposed') limit!: MoneyResponse;
  @PropObject(() => PersonResponse, 'Who proposed it') by!: PersonResponse;
  @PropTime('When; another person sends the same limit within a day') at!: string;
  @PropText('Why', { example: 'Agreed for the year-end campaign' }) reason!: string;
}

export class BudgetResponse {
  @PropText('Tenant id') tenant_id!: string;
  @PropText('Which month (UTC)', { example: '2026-11' }) period!: string;
  @PropObject(() => MoneyResponse, 'The most that the tenant may spend in it; null for no limit', { nullable: true })
  limit!: MoneyResponse | null;
  @PropEnum(
    ['budget', 'every_month'],
    'What the limit comes from: a budget of this month, or what the tenant may spend in every month',
  )
  source!: string;
  @PropObject(() => MoneyResponse, 'What is spent: reserved and charged together') spent!: MoneyResponse;
  @PropObject(
    () => MoneyResponse,
    'What of it is reserved: for open orders that the provider has not charged yet. It can still change, or come back',
  )
  reserved!: MoneyResponse;
  @PropObject(() => MoneyResponse, 'What is left; null for no limit', { nullable: true }) left!: MoneyResponse | null;
  @PropObject(() => BudgetSetResponse, 'Who has set a budget of this month; null if none is', { nullable: true })
  set!: BudgetSetResponse | null;
  @PropObject(() => BudgetProposalResponse, 'A higher one that waits for a second person', { nullable: true })
  proposal!: BudgetProposalResponse | null;
}

export class BudgetListResponse {
  @PropList(() => BudgetResponse, 'By tenant id') data!: BudgetResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}
