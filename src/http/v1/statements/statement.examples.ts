import type {
  StatementLineResponse,
  StatementPostingListResponse,
  ProviderStatementResponse,
} from './statement.response.js';

const usd = (amount: string) => ({ amount, currency: 'USD' as const });

export const CHECKED_STATEMENT = {
  id: 'stm_01jd4v2m0gf5c8q7k3x9w1z2r4',
  provider: 'cnaught',
  document: 'invoice',
  number: 'INV-2026-10',
  issued_on: '2026-11-01',
  covers_from: '2026-10-01',
  covers_to: '2026-10-31',
  mapping: 'canonical-1',
  status: 'checked',
  file_sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  declared: { lines: 2, net: usd('3.50'), tax: usd('0.00') },
  kinds: [
    { kind: 'charge', lines: 1, net: usd('2.00'), tax: usd('0.00') },
    { kind: 'fee', lines: 1, net: usd('1.50'), tax: usd('0.00') },
  ],
  errors: [],
  created_at: '2026-11-02T09:30:00.000Z',
  accepted_at: null,
  reversed_at: null,
  reversal_reason: null,
} satisfies ProviderStatementResponse;

export const ACCEPTED_STATEMENT = {
  ...CHECKED_STATEMENT,
  status: 'accepted',
  accepted_at: '2026-11-02T09:41:12.310Z',
} satisfies ProviderStatementResponse;

export const REVERSED_STATEMENT: ProviderStatementResponse = {
  ...ACCEPTED_STATEMENT,
  status: 'reversed',
  reversed_at: '2026-11-05T14:02:51.004Z',
  reversal_reason: 'The provider sent a corrected invoice, INV-2026-10b.',
};

export const CHARGED: StatementLineResponse = {
  line: 2,
  kind: 'charge',
  provider_order_id: 'cn_123',
  reference: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4',
  project_id: null,
  order_id: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4',
  grams: 100_000,
  net: usd('2.00'),
  tax: usd('0.00'),
  occurred_on: '2026-10-03',
  description: 'Portfolio, 100 kg',
};

export const POSTINGS: StatementPostingListResponse = {
  posted: false,
  data: [
    { rule: 'fee', debit: 'fees', credit: 'payable', asset: 'USD/6', transfers: 1, amount: '1.50' },
    { rule: 'invoice', debit: 'clearing', credit: 'payable', asset: 'USD/6', transfers: 1, amount: '2.00' },
  ],
};

export const STATEMENT_FILE = [
  'line_id,kind,provider_order_id,reference,project_id,quantity,unit,net,tax,currency,date,description',
  ',charge,cn_123,ord_01jd4v2m0gf5c8q7k3x9w1z2r4,,100,kg,2.00,0.00,USD,2026-10-03,"Portfolio, 100 kg"',
  ',fee,,,,,,1.50,0.00,USD,2026-10-31,Monthly fee',
  '',
].join('\n');
