export const REQUEST_QUOTE_EXAMPLES = {
  everywhere: { summary: 'One tonne, everywhere', value: { mass: { value: '1', unit: 't' } } },
  rounded: {
    summary: '1.2 kg, or a little more where it cannot be exact',
    value: { mass: { value: '1.2', unit: 'kg' }, rounding: 'up' },
  },
};
