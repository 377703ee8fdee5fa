import { ATTENTION_REASONS } from '../../../domain/operators/attention.js';
import { PropEnum, PropInteger, PropList, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { SlimOrderResponse } from './slim-order.response.js';

export class PersonResponse {
  @PropText('Operator id', { example: 'opr_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('Their name', { example: 'Ann Lee' }) name!: string;
}

export class AttentionResponse {
  @PropObject(() => SlimOrderResponse, 'The order') order!: SlimOrderResponse;
  @PropEnum(ATTENTION_REASONS, 'Why a person may have to look: docs/lifecycle.md') reason!: string;
  @PropTime('Since when') since!: string;
  @PropInteger('1 for the most serious reason', { example: 1 }) severity!: number;
  @PropObject(() => PersonResponse, 'Who has it in hand', { nullable: true }) owner!: PersonResponse | null;
  @PropText('The decision on it that waits for a second person', { nullable: true }) proposal_id!: string | null;
  @PropTime('When the gateway looks at it next by itself; null where it does not', { nullable: true })
  next_try_at!: string | null;
}

export class AttentionListResponse {
  @PropList(() => AttentionResponse, 'The most serious reason first, and of one reason the oldest')
  data!: AttentionResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}
