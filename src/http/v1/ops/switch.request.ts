import {
  SWITCH_OPERATION_NAMES,
  SWITCH_STATE_NAMES,
  LONGEST_SWITCH_DAYS,
  type SwitchOperation,
  type SwitchState,
} from '../../../domain/switches/switch.js';
import type { WantedSwitch } from '../../../application/switches/turn-switch-on.js';
import { EnumField, ObjectField } from '../../validation/field.js';
import { ProviderIdField, TenantIdField } from '../../validation/id.field.js';
import { SWITCH_ID } from '../../validation/id-patterns.js';
import { PagingQuery } from '../../validation/paging.js';
import { TextField } from '../../validation/text.field.js';
import { TimeField } from '../../validation/time.field.js';

/** Callers read it, and so do those who look in a year. */
const REASON = { min: 3, max: 300 };

export class SwitchScopeRequest {
  @ProviderIdField({ about: 'At which provider; left out, at all', optional: true })
  provider?: string;

  @TenantIdField({ about: 'Of which tenant; left out, of all', optional: true })
  tenant_id?: string;

  @EnumField(SWITCH_OPERATION_NAMES, {
    about: 'What is stopped. `webhooks` goes with no provider',
    example: 'purchases',
  })
  operation!: SwitchOperation;
}

export class TurnOnRequest {
  @ObjectField(() => SwitchScopeRequest, { about: 'What is stopped' })
  scope!: SwitchScopeRequest;

  @TimeField({ about: `Until when at most: within ${LONGEST_SWITCH_DAYS} days`, example: '2026-11-26T14:00:00Z' })
  until!: string;

  @TextField(REASON, {
    about: 'Why. Shown to the callers who are refused, and kept: it names nobody',
    example: 'CNaught is being moved to another account',
  })
  reason!: string;
}

export class TurnOffRequest {
  @TextField(REASON, { about: 'Why it can go on. Kept: it names nobody', example: 'The new account works' })
  reason!: string;
}

export class ListSwitchesRequest extends PagingQuery {
  @EnumField(SWITCH_STATE_NAMES, { about: 'Only those in this state', optional: true })
  state?: SwitchState;
}

export const switchFrom = ({ scope, until, reason }: TurnOnRequest): WantedSwitch => {
  const { provider = null, tenant_id: tenantId = null, operation } = scope;
  return { scope: { provider, tenantId, operation }, until: new Date(until), reason };
};

/** @returns null if the parts are not a position */
export const switchPositionFrom = ([id]: readonly string[]): string | null =>
  id !== undefined && SWITCH_ID.test(id) ? id : null;
