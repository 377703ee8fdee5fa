import { ACCOUNT_NAMES } from '../../../domain/ledger/accounts.js';
import { RULE_NAMES } from '../../../domain/ledger/rules.js';
import { ASSETS } from '../../../domain/ledger/units.js';
import { PERIOD_STATUSES } from '../../../domain/periods/period.js';
import { PropBoolean, PropEnum, PropInteger, PropList, PropText, PropTime } from '../../openapi/prop.js';

const ASSET = 'What the amounts are of: `CO2E/0` for grams of CO2e, or a currency';

export class TransferResponse {
  @PropText('What it follows from: an order', { example: 'ord_01m8bq5vg8fvg8x6ezhdxz8fdf' }) source!: string;
  @PropInteger('And which of its events', { example: 3 }) source_sequence!: number;
  @PropInteger('And which of the transfers of that. The three name it for good', { example: 1 }) leg!: number;
  @PropEnum(RULE_NAMES, 'Why it was posted: docs/ledger.md') rule!: string;
  @PropText('The month it is in', { example: '2026-11' }) period!: string;
  @PropTime('When it happened') effective_at!: string;
  @PropBoolean('Whether the month in which it happened was closed when it was posted') late!: boolean;
  @PropTime('When it was posted') posted_at!: string;
  @PropText('Whose it is', { nullable: true, example: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4' }) tenant_id!: string | null;
  @PropText('Of whom it was bought', { example: 'cnaught' }) provider!: string;
  @PropText('Of which order', { nullable: true, example: 'ord_01m8bq5vg8fvg8x6ezhdxz8fdf' }) order_id!: string | null;
  @PropEnum(ACCOUNT_NAMES, 'Where it goes to: docs/ledger.md') debit!: string;
  @PropEnum(ACCOUNT_NAMES, 'Where it comes from') credit!: string;
  @PropEnum(ASSETS, ASSET) asset!: string;
  @PropText('Decimal, above zero', { example: '2.00' }) amount!: string;
}

export class TransferListResponse {
  @PropList(() => TransferResponse, 'By what they follow from') data!: TransferResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}

export class BalanceResponse {
  @PropEnum(ACCOUNT_NAMES, 'The account: docs/ledger.md') account!: string;
  @PropEnum(ASSETS, ASSET) asset!: string;
  @PropText('Of which tenant, if grouped by tenants', { nullable: true, example: null }) tenant_id!: string | null;
  @PropText('Of which provider, if grouped by providers', { nullable: true, example: null }) provider!: string | null;
  @PropText('Of which value of the label, if grouped by one', { nullable: true, example: 'sales' }) label!:
    string | null;
  @PropText('Decimal: what was there when the month began; zero without a month', { example: '0.00' }) opening!: string;
  @PropText('Decimal', { example: '2.00' }) debits!: string;
  @PropText('Decimal', { example: '0.00' }) credits!: string;
  @PropText('Decimal: opening and debits less credits. Below zero where more was credited', { example: '2.00' })
  closing!: string;
}

export class BalanceListResponse {
  @PropList(() => BalanceResponse, 'By account, asset and groups') data!: BalanceResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}

export class OrderBalanceResponse {
  @PropEnum(ACCOUNT_NAMES, 'The account: docs/ledger.md') account!: string;
  @PropEnum(ASSETS, ASSET) asset!: string;
  @PropText('Decimal: debits less credits. Of `clearing`, below zero is accrued and above is prepaid', {
    example: '-2.00',
  })
  balance!: string;
}

export class OrderLedgerResponse {
  @PropText('The order', { example: 'ord_01m8bq5vg8fvg8x6ezhdxz8fdf' }) order_id!: string;
  @PropList(() => OrderBalanceResponse, 'What it has on each account; accounts with nothing are left out')
  balances!: OrderBalanceResponse[];
  @PropList(() => TransferResponse, 'Everything that was posted for it, in the order of posting')
  transfers!: TransferResponse[];
}

export class PeriodResponse {
  @PropText('The month', { example: '2026-11' }) id!: string;
  @PropTime('Its first moment, in the time zone of finance', { example: '2026-11-01T00:00:00.000Z' })
  starts_at!: string;
  @PropTime('The first moment after it', { example: '2026-12-01T00:00:00.000Z' }) ends_at!: string;
  @PropEnum(PERIOD_STATUSES, 'Whether transfers are still posted to it') status!: string;
  @PropInteger('How often it was closed', { example: 0 }) version!: number;
}

export class PeriodListResponse {
  @PropList(() => PeriodResponse, 'Latest first') data!: PeriodResponse[];
}
