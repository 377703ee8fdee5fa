import type { Example } from '../../openapi/api-responses.decorator.js';
import type { DisclosureResponse } from './exports.response.js';

/** Of a month with one retirement. */
export const JOURNAL_FILE = [
  'period,version,effective_at,posted_at,late,source,source_seq,leg,rule,debit_account,credit_account,asset,amount,tenant,provider,order_id,statement_number,erp_debit,erp_credit,labels',
  '2026-11,1,2026-11-26T10:42:17.737Z,2026-11-26T10:42:18.612Z,false,ord_01m8bq5vg8fvg8x6ezhdxz8fdf,4,3,recognise,expense,clearing,USD/6,2.00,ten_01jd4v2m0gf5c8q7k3x9w1z2r4,cnaught,ord_01m8bq5vg8fvg8x6ezhdxz8fdf,,6310,3890,"{""department"":""sales""}"',
  '',
].join('\r\n');

export const RETIREMENTS_FILE = [
  'order_id,reporting_year,retired_on,retired_on_source,tonnes,grams,claimant,tenant,registry,standard,registry_project_id,project_name,country,in_eu,activity,sink,methodology,vintage,serial_range,registry_url,transaction_hash,certificate_url,proof_status,article6_adjusted,ccp_label,seller,provider_order_id,cost,currency,order_timeline_url,labels,missing_fields',
  '',
].join('\r\n');

export const COST_GROUPS_FILE = [
  'group_by,group,currency,lines,cost,expense,tax,fees,difference,pool_cost,functional_currency,functional_cost',
  'label:department,(none),USD,1,1.50,0.00,0.00,1.50,0.00,0.00,EUR,1.29',
  'label:department,sales,USD,1,2.00,2.00,0.00,0.00,0.00,0.00,EUR,1.72',
  '',
].join('\r\n');

const UNKNOWN = [{ value: null, grams: '1000000', percent: '100.00' }];

export const DISCLOSURE: Example<DisclosureResponse> = {
  year: 2026,
  retired_grams: '1000000',
  retired_tonnes: '1',
  planned_grams: '0',
  by_activity: UNKNOWN,
  by_sink: UNKNOWN,
  by_standard: UNKNOWN,
  by_in_eu: UNKNOWN,
  by_article6_adjusted: UNKNOWN,
  missing_fields: { country: '1', standard: '1' },
};

export const RATE_EXAMPLES = {
  dollar: {
    summary: 'The dollar, for the end of a month',
    value: { functional: 'EUR', currency: 'USD', on_date: '2026-11-30', rate: '0.8621', source: 'ECB' },
  },
};
