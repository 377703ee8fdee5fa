import type { Balance } from '../../../application/ledger/read-balances.js';
import type { OrderLedger } from '../../../application/ledger/read-order-ledger.js';
import type { BookedTransfer } from '../../../domain/ledger/transfer.js';
import { amountText } from '../../../domain/ledger/units.js';
import type { Period } from '../../../domain/periods/period.js';
import { presentTime } from '../../values/time.presenter.js';
import type { BalanceResponse, OrderLedgerResponse, PeriodResponse, TransferResponse } from './ledger.response.js';

export const presentTransfer = (transfer: BookedTransfer): TransferResponse => ({
  source: transfer.source,
  source_sequence: transfer.sequence,
  leg: transfer.leg,
  rule: transfer.rule,
  period: transfer.periodId,
  effective_at: presentTime(transfer.effectiveAt),
  late: transfer.isLate,
  posted_at: presentTime(transfer.postedAt),
  tenant_id: transfer.tenantId,
  provider: transfer.provider,
  order_id: transfer.orderId,
  debit: transfer.debit,
  credit: transfer.credit,
  asset: transfer.asset,
  amount: amountText(transfer),
});

export const presentBalance = ({ account, asset, opening, debits, credits, ...groups }: Balance): BalanceResponse => ({
  account,
  asset,
  tenant_id: groups.tenantId,
  provider: groups.provider,
  label: groups.label,
  opening: amountText({ asset, units: opening }),
  debits: amountText({ asset, units: debits }),
  credits: amountText({ asset, units: credits }),
  closing: amountText({ asset, units: opening + debits - credits }),
});

export const presentOrderLedger = (orderId: string, { balances, transfers }: OrderLedger): OrderLedgerResponse => ({
  order_id: orderId,
  balances: balances.map(({ account, ...amount }) => ({ account, asset: amount.asset, balance: amountText(amount) })),
  transfers: transfers.map(presentTransfer),
});

export const presentPeriod = ({ id, startsAt, endsAt, status, version }: Period): PeriodResponse => ({
  id,
  starts_at: presentTime(startsAt),
  ends_at: presentTime(endsAt),
  status,
  version,
});
