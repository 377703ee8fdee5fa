export const REQUEST_QUOTE_EXAMPLES = {
  everywhere: { summary: 'One tonne, everywhere', value: { mass: { value: '1', unit: 't' } } },
  rounded: {
    summary: '1.2 kg, or a little more where it cannot be exact',
    value: { mass: { value: '1.2', unit: 'kg' }, rounding: 'up' },
  },
  onAccount: {
    summary: '1.5 tonnes on account from two providers, or the next mass above',
    value: {
      mass: { value: '1.5', unit: 't' },
      providers: ['cnaught', 'one_tribe'],
      payment_method: 'account',
      rounding: 'up',
    },
  },
};
