import type { Example } from '../../openapi/api-responses.decorator.js';
import type { DisclosureResponse } from './exports.response.js';

/** Of a month with one retirement. */
export const JOURNAL_FILE = [
  'period,version,effective_at,posted_at,late,source,source_seq,leg,rule,debit_account,credit_account,asset,amount,tenant,provider,order_id,statement_number,erp_debit,erp_credit,labels',
  '2026-11,1,2026-11-26T10:42:17.737Z,2026-11-26T10:42:18.612Z,false,ord_01m8bq5vg8fvg8x6ezhdxz8fdf,4,3,recognise,expense,clearing,USD/6,2.00,ten_01jd4v2m0gf5c8q7k3x9w1z2r4,cnaught,ord_01m8bq5vg8fvg8x6ezhdxz8fdf,,6310,3890,"{""department"":""sales""}"',
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

export const RATES_EXAMPLES = {
  day: {
    summary: 'Two currencies on one day',
    value: { functional: 'EUR', on_date: '2026-11-30', rates: { USD: '0.8621', GBP: '1.1423' }, source: 'ECB' },
  },
};
