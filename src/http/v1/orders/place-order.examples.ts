const BENEFICIARY = { name: 'Jane Smith' };

export const PLACE_ORDER_EXAMPLES = {
  account: {
    summary: '100 kg at CNaught, on account',
    value: {
      mass: { value: '100', unit: 'kg' },
      provider: 'cnaught',
      payment: { method: 'account' },
      beneficiary: BENEFICIARY,
    },
  },
  checkout: {
    summary: 'Half a tonne, paid by the payer at a hosted checkout',
    value: {
      mass: { value: '0.5', unit: 't' },
      provider: 'carbonmark',
      payment: {
        method: 'checkout',
        success_url: 'https://example.com/paid?order={ORDER_ID}',
        cancel_url: 'https://example.com/basket',
      },
      beneficiary: BENEFICIARY,
      retirement_message: 'Team offsite 2026',
    },
  },
  offer: {
    summary: 'An offer of a quote, on account',
    value: {
      offer_id: 'off_01m8bq5yxefvg8x6mk7y5rmj8k',
      payment: { method: 'account' },
      beneficiary: BENEFICIARY,
    },
  },
  cheapest: {
    summary: '2 tonnes at the cheapest provider, with a price limit',
    value: {
      mass: { value: '2', unit: 't' },
      payment: { method: 'account' },
      beneficiary: BENEFICIARY,
      max_total: { amount: '60.00', currency: 'USD' },
      reference: 'PO-4711',
      labels: { department: 'sales' },
    },
  },
};
