/**
 * Where mass and money can be. A balance is debits less credits. `memo`: told for information, and not part of the books.
 * docs/ledger.md is generated from this table; the database refuses any other name.
 */
export const ACCOUNTS = {
  provider: { holds: 'mass', memo: false, means: 'where credits come from: below zero by all that was ever bought' },
  on_order: { holds: 'mass', memo: false, means: 'bought and not retired yet' },
  retired: { holds: 'mass', memo: false, means: 'retired, and not proven by a serial number or certificate yet' },
  proven: { holds: 'mass', memo: false, means: 'retired and proven' },
  pool: { holds: 'mass', memo: false, means: 'retired for a pool, and not yet allocated to its members' },
  written_off: { holds: 'mass', memo: false, means: 'bought and given up' },
  commitment: { holds: 'money', memo: true, means: 'what is bought and not retired will cost' },
  commitment_contra: { holds: 'money', memo: true, means: 'the other side of it' },
  expense: { holds: 'money', memo: false, means: 'what retired credits cost, without tax' },
  clearing: {
    holds: 'money',
    memo: false,
    means: 'of each order: below zero is accrued (retired, not invoiced), above is prepaid, zero is settled',
  },
  payable: { holds: 'money', memo: false, means: 'owed to the provider by its statements, tax included' },
  tax: { holds: 'money', memo: false, means: 'tax that statements charge' },
  fees: { holds: 'money', memo: false, means: 'what providers charge beside orders' },
  difference: { holds: 'money', memo: false, means: 'differences that were accepted' },
  suspense: { holds: 'money', memo: false, means: 'charged, and of no order yet' },
  refund_due: { holds: 'money', memo: false, means: 'claimed back from the provider' },
  settled: { holds: 'money', memo: false, means: 'paid to the provider' },
  pool_cost: { holds: 'money', memo: false, means: 'what the mass of pools cost, and is not yet allocated' },
  customer_paid: { holds: 'money', memo: true, means: 'what payers paid at hosted checkouts, tax included' },
  customer_paid_contra: { holds: 'money', memo: true, means: 'the other side of it' },
} as const satisfies Readonly<
  Record<string, { readonly holds: 'mass' | 'money'; readonly memo: boolean; readonly means: string }>
>;

export type Account = keyof typeof ACCOUNTS;
export const ACCOUNT_NAMES = Object.keys(ACCOUNTS) as Account[];
