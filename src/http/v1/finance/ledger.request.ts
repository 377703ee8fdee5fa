import { IsIn } from 'class-validator';
import type {
  Balance,
  BalanceGroups,
  BalancePosition,
  BalanceTime,
} from '../../../application/ledger/read-balances.js';
import type { TransferFilter, TransferPosition } from '../../../application/ledger/list-transfers.js';
import type { TenantScope } from '../../../application/orders/list-orders.js';
import { ACCOUNT_NAMES, type Account } from '../../../domain/ledger/accounts.js';
import { ASSETS } from '../../../domain/ledger/units.js';
import type { MonthId } from '../../../domain/periods/month.js';
import { EnumField, Field } from '../../validation/field.js';
import { PeriodField } from '../../validation/period.field.js';
import { OrderIdField } from '../../validation/id.field.js';
import { PagingQuery } from '../../validation/paging.js';
import { TextField } from '../../validation/text.field.js';
import { TimeField } from '../../validation/time.field.js';

export class ListTransfersRequest extends PagingQuery {
  @PeriodField({ about: 'Only transfers posted to this month', optional: true })
  period?: MonthId;

  @OrderIdField({ about: 'Only transfers of this order', optional: true })
  order_id?: string;

  @EnumField(ACCOUNT_NAMES, {
    about: 'Only transfers that debit or credit this account: docs/ledger.md',
    optional: true,
  })
  account?: Account;
}

export const transferFilterFrom = (query: ListTransfersRequest, scope: TenantScope): TransferFilter => ({
  scope,
  ...(query.period !== undefined && { periodId: query.period }),
  ...(query.order_id !== undefined && { orderId: query.order_id }),
  ...(query.account !== undefined && { account: query.account }),
});

export const positionOfTransfer = ({ source, sequence, leg }: TransferPosition): readonly string[] => [
  source,
  String(sequence),
  String(leg),
];

/** @returns null if the parts are not a position */
export const transferPositionFrom = ([source, sequence, leg]: readonly string[]): TransferPosition | null => {
  if (source === undefined || sequence === undefined || leg === undefined) return null;
  if (!/^[a-z0-9_]{1,64}$/.test(source) || !/^\d{1,9}$/.test(sequence) || !/^\d{1,4}$/.test(leg)) return null;
  return { source, sequence: Number(sequence), leg: Number(leg) };
};

const GROUPS = ['tenant', 'provider'] as const;

export class ReadBalancesRequest extends PagingQuery {
  @PeriodField({ about: 'Of this month, with the balance at its beginning', optional: true })
  period?: MonthId;

  @TimeField({ about: 'Only what happened before this time', optional: true })
  as_of?: string;

  @Field(
    { type: 'array', items: { type: 'string', enum: [...GROUPS] }, minItems: 1 },
    { about: 'Apart by tenant, by provider, or by both: `group_by=tenant&group_by=provider`', optional: true },
    IsIn(GROUPS, { each: true, message: `must be one of ${GROUPS.join(', ')}; for both, repeat it` }),
  )
  group_by?: (typeof GROUPS)[number] | (typeof GROUPS)[number][];

  @TextField(
    { min: 1, max: 40 },
    {
      about: 'Apart by the values of this label. Orders without it are of `(none)`',
      optional: true,
      example: 'department',
    },
  )
  group_by_label?: string;
}

export const balanceTimeFrom = ({ period, as_of: asOf }: ReadBalancesRequest): BalanceTime => ({
  periodId: period ?? null,
  before: asOf === undefined ? null : new Date(asOf),
});

export const balanceGroupsFrom = ({ group_by: groups, group_by_label: label }: ReadBalancesRequest): BalanceGroups => {
  const wanted = [groups ?? []].flat();
  return { tenant: wanted.includes('tenant'), provider: wanted.includes('provider'), label: label ?? null };
};

/** @returns null if the parts are not a position */
export const balancePositionFrom = (parts: readonly string[]): BalancePosition | null => {
  const [account, asset, tenant, provider, label] = parts;
  const isPosition =
    parts.length === 5 &&
    ACCOUNT_NAMES.some((name) => name === account) &&
    ASSETS.some((name): boolean => name === (asset as Balance['asset']));
  if (!isPosition || account === undefined || asset === undefined) return null;
  if (tenant === undefined || provider === undefined || label === undefined) return null;
  return [tenant, provider, label].some((text) => text.includes('\0'))
    ? null
    : [account, asset, tenant, provider, label];
};
