import { isGlobal, type Switch } from '../../../domain/switches/switch.js';
import { presentTime } from '../../values/time.presenter.js';
import type { SwitchDecisionResponse, SwitchResponse } from './switch.response.js';

export const presentSwitch = ({
  id,
  scope,
  state,
  reason,
  owner,
  onAt,
  until,
  offProposal,
  off,
}: Switch): SwitchResponse => ({
  id,
  scope: { provider: scope.provider, tenant_id: scope.tenantId, operation: scope.operation },
  state,
  reason,
  owner: owner && { id: owner.id, name: owner.name },
  on_at: presentTime(onAt),
  until: presentTime(until),
  is_global: isGlobal(scope),
  off_proposal: offProposal && presentDecision(offProposal),
  off: off && presentDecision(off),
});

const presentDecision = ({ by, at, reason }: NonNullable<Switch['off']>): SwitchDecisionResponse => ({
  by: { id: by.id, name: by.name },
  at: presentTime(at),
  reason,
});
