import type { Example } from '../../openapi/api-responses.decorator.js';
import type {
  BalanceListResponse,
  OrderLedgerResponse,
  PeriodListResponse,
  TransferListResponse,
} from './ledger.response.js';

const ORDER = 'ord_01m8bq5vg8fvg8x6ezhdxz8fdf';

const posted = (source_sequence: number, leg: number, rule: string) => ({
  source: ORDER,
  source_sequence,
  leg,
  rule,
  period: '2026-11',
  effective_at: '2026-11-26T10:42:17.737Z',
  late: false,
  posted_at: '2026-11-26T10:42:18.612Z',
  tenant_id: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4',
  provider: 'cnaught',
  order_id: ORDER,
});

const TRANSFERS: Example<TransferListResponse>['data'] = [
  { ...posted(3, 1, 'commit'), debit: 'on_order', credit: 'provider', asset: 'CO2E/0', amount: '100000' },
  { ...posted(3, 2, 'commit'), debit: 'commitment', credit: 'commitment_contra', asset: 'USD/6', amount: '2.00' },
  { ...posted(4, 1, 'recognise'), debit: 'retired', credit: 'on_order', asset: 'CO2E/0', amount: '100000' },
  { ...posted(4, 2, 'recognise'), debit: 'commitment_contra', credit: 'commitment', asset: 'USD/6', amount: '2.00' },
  { ...posted(4, 3, 'recognise'), debit: 'expense', credit: 'clearing', asset: 'USD/6', amount: '2.00' },
];

export const TRANSFERS_PAGE: Example<TransferListResponse> = {
  data: TRANSFERS,
  next_cursor: 'WyJvcmRfMDFtOGJxNXZnOGZ2Zzh4NmV6aGR4ejhmZGYiLCI0IiwiMyJd',
};

export const ORDER_LEDGER: Example<OrderLedgerResponse> = {
  order_id: ORDER,
  balances: [
    { account: 'provider', asset: 'CO2E/0', balance: '-100000' },
    { account: 'retired', asset: 'CO2E/0', balance: '100000' },
    { account: 'expense', asset: 'USD/6', balance: '2.00' },
    { account: 'clearing', asset: 'USD/6', balance: '-2.00' },
  ],
  transfers: TRANSFERS,
};

const ofSales = { tenant_id: null, provider: null, label: 'sales', opening: '0.00' };

export const BALANCES_PAGE: Example<BalanceListResponse> = {
  data: [
    { account: 'clearing', asset: 'USD/6', ...ofSales, debits: '0.00', credits: '2.00', closing: '-2.00' },
    { account: 'expense', asset: 'USD/6', ...ofSales, debits: '2.00', credits: '0.00', closing: '2.00' },
  ],
  next_cursor: 'WyJleHBlbnNlIiwiVVNELzYiLCIiLCIiLCJzYWxlcyJd',
};

export const PERIODS: Example<PeriodListResponse> = {
  data: [
    {
      id: '2026-11',
      starts_at: '2026-11-01T00:00:00.000Z',
      ends_at: '2026-12-01T00:00:00.000Z',
      status: 'open',
      version: 0,
    },
  ],
};
