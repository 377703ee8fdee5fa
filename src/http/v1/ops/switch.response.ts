import { SWITCH_OPERATION_NAMES, SWITCH_STATE_NAMES } from '../../../domain/switches/switch.js';
import { PropBoolean, PropEnum, PropList, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { PersonResponse } from './attention.response.js';

export class SwitchScopeResponse {
  @PropText('At which provider; null for all', { nullable: true, example: 'cnaught' }) provider!: string | null;
  @PropText('Of which tenant; null for all', { nullable: true, example: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4' })
  tenant_id!: string | null;
  @PropEnum(SWITCH_OPERATION_NAMES, 'What is stopped') operation!: string;
}

export class SwitchDecisionResponse {
  @PropObject(() => PersonResponse, 'Who') by!: PersonResponse;
  @PropTime('When') at!: string;
  @PropText('Why', { example: 'The new account works' }) reason!: string;
}

export class SwitchResponse {
  @PropText('Switch id', { example: 'swi_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropObject(() => SwitchScopeResponse, 'What it stops') scope!: SwitchScopeResponse;
  @PropEnum(SWITCH_STATE_NAMES, '`ended`: it came to its end') state!: string;
  @PropText('Why, as callers are told') reason!: string;
  @PropObject(() => PersonResponse, 'Who turned it on; null for a machine and at the command line', { nullable: true })
  owner!: PersonResponse | null;
  @PropTime('When it was turned on') on_at!: string;
  @PropTime('Until when at most') until!: string;
  @PropBoolean('Whether it takes two people to turn it off') is_global!: boolean;
  @PropObject(() => SwitchDecisionResponse, 'Who would turn it off: another person does, within a day', {
    nullable: true,
  })
  off_proposal!: SwitchDecisionResponse | null;
  @PropObject(() => SwitchDecisionResponse, 'Who turned it off', { nullable: true })
  off!: SwitchDecisionResponse | null;
}

export class SwitchListResponse {
  @PropList(() => SwitchResponse, 'Newest first') data!: SwitchResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}
