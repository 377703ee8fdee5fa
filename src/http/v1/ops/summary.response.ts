import { MOST_COUNTED } from '../../../application/ops/read-summary.js';
import { ATTENTION_REASONS } from '../../../domain/operators/attention.js';
import { isTerminal, ORDER_STATUSES } from '../../../domain/orders/lifecycle.js';
import { PAUSE_REASONS } from '../../../domain/providers/throttle.js';
import { PropBoolean, PropEnum, PropInteger, PropList, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { SwitchResponse } from './switch.response.js';

const OPEN = ORDER_STATUSES.filter((status) => !isTerminal(status));

export class CountResponse {
  @PropInteger(`How many, ${MOST_COUNTED.toLocaleString('en')} at most`, { example: 3 }) count!: number;
  @PropBoolean('Whether there are more', { example: false }) capped!: boolean;
}

export class AttentionCountResponse extends CountResponse {
  @PropEnum(ATTENTION_REASONS, 'Why a person may have to look') reason!: string;
  @PropTime('Since when the oldest of them waits', { nullable: true }) oldest_at!: string | null;
}

export class OpenCountResponse extends CountResponse {
  @PropText('At which provider', { example: 'cnaught' }) provider!: string;
  @PropEnum(OPEN, 'In which status') status!: string;
}

export class PurchasesStateResponse {
  @PropEnum(
    ['ok', 'failing', 'paused', 'switched_off'],
    '`failing`: the latest purchases had no response, and some more pause it. `switched_off`: by a person, see `switches`',
  )
  state!: string;
  @PropEnum(PAUSE_REASONS, 'Why it is paused', { nullable: true }) why!: string | null;
  @PropTime('Since when it is paused', { nullable: true }) since!: string | null;
  @PropTime('When the provider is asked whether it is back', { nullable: true }) probe_at!: string | null;
}

export class QuotaStateResponse {
  @PropText('Which calls it counts, and in how many milliseconds', { example: 'all/60000' }) limit!: string;
  @PropInteger('How much of it is left now, in percent', { example: 100 }) percent_left!: number;
  @PropInteger('At what share of it calls are made, in percent; lowered by 429', { example: 100 })
  pace_percent!: number;
  @PropTime('Until when the provider wants no call', { nullable: true }) blocked_until!: string | null;
}

export class ProviderSummaryResponse {
  @PropText('Provider id', { example: 'cnaught' }) id!: string;
  @PropObject(() => PurchasesStateResponse, 'Whether it is sent purchases') purchases!: PurchasesStateResponse;
  @PropList(() => QuotaStateResponse, 'What is left of its quota') quota!: QuotaStateResponse[];
}

export class TaskCountsResponse {
  @PropObject(() => CountResponse, 'Due now') due!: CountResponse;
  @PropObject(() => CountResponse, 'Due for more than a minute: nobody is there to run them') overdue!: CountResponse;
}

export class DeliveryCountsResponse {
  @PropObject(() => CountResponse, 'Webhook endpoints at which nothing comes through') failing!: CountResponse;
  @PropObject(() => CountResponse, 'Deliveries that were given up') dead!: CountResponse;
}

export class SummaryResponse {
  @PropTime('When this was read; no part of the ETag') as_of!: string;
  @PropList(() => AttentionCountResponse, 'Orders that a person may have to look at, the most serious reason first')
  attention!: AttentionCountResponse[];
  @PropObject(() => CountResponse, 'Decisions that wait for a second person') proposals_open!: CountResponse;
  @PropList(() => OpenCountResponse, 'Orders that have not ended') open_orders!: OpenCountResponse[];
  @PropList(() => ProviderSummaryResponse, 'The providers') providers!: ProviderSummaryResponse[];
  @PropList(() => SwitchResponse, 'What people have switched off, the oldest first') switches!: SwitchResponse[];
  @PropObject(() => TaskCountsResponse, 'What the gateway has to do') tasks!: TaskCountsResponse;
  @PropObject(() => DeliveryCountsResponse, 'Webhooks') deliveries!: DeliveryCountsResponse;
  @PropObject(() => CountResponse, 'Tenants that have spent all they may this month, or more: their orders are refused')
  budgets_over!: CountResponse;
  @PropObject(() => CountResponse, 'Blocking breaks of finance that nobody has decided or waits with')
  breaks_open!: CountResponse;
}
