import { CALL_OUTCOMES } from '../../../application/ops/read-activity.js';
import { isTerminal, ORDER_STATUSES } from '../../../domain/orders/lifecycle.js';
import { OPERATION_CLASSES } from '../../../domain/providers/calls.js';
import { PropEnum, PropInteger, PropList, PropText, PropTime } from '../../openapi/prop.js';

const ENDS = ['open', ...ORDER_STATUSES.filter(isTerminal)];

export class OrdersOfHourResponse {
  @PropEnum(ENDS, 'What has become of them; `open`: they have not ended') status!: string;
  @PropInteger('How many', { example: 12 }) count!: number;
}

export class CallOutcomeResponse {
  @PropEnum(CALL_OUTCOMES, '`ok`, or why they failed') outcome!: string;
  @PropInteger('How many', { example: 12 }) count!: number;
}

export class CallsOfHourResponse {
  @PropText('To which provider', { example: 'cnaught' }) provider!: string;
  @PropEnum(OPERATION_CLASSES, '`status`: reads of orders and cancellations; `catalog`: offers and prices')
  class!: string;
  @PropList(() => CallOutcomeResponse, 'How they ended') outcomes!: CallOutcomeResponse[];
  @PropInteger('Within how many milliseconds half of them were over, to within a fifth', { nullable: true })
  p50_ms!: number | null;
  @PropInteger('Within how many milliseconds 95 % of them were over, to within a fifth', { nullable: true })
  p95_ms!: number | null;
}

export class ActivityHourResponse {
  @PropTime('Its begin', { example: '2026-11-26T12:00:00.000Z' }) hour!: string;
  @PropList(() => OrdersOfHourResponse, 'Orders that were accepted within it') orders!: OrdersOfHourResponse[];
  @PropList(() => CallsOfHourResponse, 'Calls to providers, to the minute: each process adds what it has counted')
  calls!: CallsOfHourResponse[];
}

export class ActivityResponse {
  @PropTime('When this was read') as_of!: string;
  @PropList(() => ActivityHourResponse, 'Every hour, the oldest first') data!: ActivityHourResponse[];
}
