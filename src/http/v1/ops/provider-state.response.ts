import { PROBE_RESULTS } from '../../../application/ops/probe-provider.js';
import { FAILURE_REASONS } from '../../../domain/providers/provider-error.js';
import { OPERATION_CLASSES, OPERATIONS } from '../../../domain/providers/calls.js';
import { PAUSE_REASONS } from '../../../domain/providers/throttle.js';
import { PropEnum, PropInteger, PropList, PropText, PropTime } from '../../openapi/prop.js';
import { ProviderSummaryResponse } from './summary.response.js';

export class ClassStateResponse {
  @PropEnum(OPERATION_CLASSES, '`status`: reads of orders and cancellations; `catalog`: offers and prices')
  class!: string;
  @PropEnum(
    ['ok', 'failing', 'paused', 'switched_off'],
    '`failing`: the latest had no response, and some more pause them. `switched_off`: by a person, see `switches`',
  )
  state!: string;
  @PropInteger('How many in a row had no response', { example: 0 }) failures!: number;
  @PropEnum(PAUSE_REASONS, 'Why they are paused', { nullable: true }) why!: string | null;
  @PropTime('Since when they are paused', { nullable: true }) since!: string | null;
  @PropTime('When the provider is asked whether it is back', { nullable: true }) probe_at!: string | null;
}

export class ProviderStateResponse extends ProviderSummaryResponse {
  @PropText('Its name', { example: 'CNaught' }) name!: string;
  @PropList(() => ClassStateResponse, 'Each class of calls, which are stopped apart from each other')
  classes!: ClassStateResponse[];
}

export class CallFailureResponse {
  @PropEnum(OPERATIONS, 'What was asked') operation!: string;
  @PropEnum(FAILURE_REASONS, 'Why it failed') reason!: string;
  @PropInteger('How many failed so within the hour', { example: 3 }) count!: number;
  @PropTime('When the last of them did') last_at!: string;
}

export class ProviderDetailsResponse extends ProviderStateResponse {
  @PropList(() => CallFailureResponse, 'The last 20 kinds of failures within a day, hour by hour, the latest first')
  failures!: CallFailureResponse[];
}

export class ProviderStateListResponse {
  @PropList(() => ProviderStateResponse, 'Every enabled provider') data!: ProviderStateResponse[];
}

export class ProbeResponse {
  @PropText('Which provider', { example: 'cnaught' }) provider!: string;
  @PropEnum(
    Object.keys(PROBE_RESULTS),
    Object.entries(PROBE_RESULTS)
      .map(([result, means]) => `\`${result}\`: ${means}`)
      .join('. '),
  )
  result!: string;
  @PropEnum(FAILURE_REASONS, 'Why, where it has not answered', { nullable: true }) reason!: string | null;
  @PropInteger('How many milliseconds that took', { example: 181 }) took_ms!: number;
  @PropTime('When it was asked') at!: string;
}
