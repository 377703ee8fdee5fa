import type { Decimal } from 'decimal.js';
import type { Budget } from '../limits/budget.js';
import type { SwitchScope } from '../switches/switch.js';
import type { Act } from './act.js';
import type { BudgetKept, SwitchKept } from './act-states.js';

export const switchTurnedOn = (subject: string, scope: SwitchScope, until: Date): Act<'switch.turn_on'> => ({
  type: 'switch.turn_on',
  subject,
  before: null,
  after: switchKept(scope, until),
});

export const switchOffProposed = (subject: string): Act<'switch.propose_off'> => ({
  type: 'switch.propose_off',
  subject,
  before: null,
  after: null,
});

export const switchTurnedOff = (subject: string, scope: SwitchScope, until: Date): Act<'switch.turn_off'> => ({
  type: 'switch.turn_off',
  subject,
  before: switchKept(scope, until),
  after: null,
});

const switchKept = ({ provider, tenantId, operation }: SwitchScope, until: Date): SwitchKept => ({
  provider,
  tenant_id: tenantId,
  operation,
  until: until.toISOString(),
});

export const budgetProposed = (before: Budget, limitUsd: Decimal): Act<'budget.propose'> => ({
  type: 'budget.propose',
  subject: before.tenantId,
  before: budgetKept(before),
  after: budgetKept({ ...before, limitUsd }),
});

export const budgetSet = (before: Budget, limitUsd: Decimal): Act<'budget.set'> => ({
  type: 'budget.set',
  subject: before.tenantId,
  before: budgetKept(before),
  after: budgetKept({ ...before, limitUsd }),
});

const budgetKept = ({ period, limitUsd }: Pick<Budget, 'period' | 'limitUsd'>): BudgetKept => ({
  period,
  limit_usd: limitUsd?.toFixed() ?? null,
});
