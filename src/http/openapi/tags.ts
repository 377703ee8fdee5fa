/** The groups of operations, in the order in which a newcomer needs them. */
export const TAGS = {
  Orders: 'Buy and retire credits, follow what becomes of an order, cancel it while that is possible',
  Quotes: 'What a mass costs at each provider now, and why one makes no offer',
  Catalog: 'Who sells, and what',
  Events: 'Everything that happened, once and in order',
  Webhooks: 'Have events sent to you, and see what became of it',
  Finance: 'The books month by month, what providers invoice, and how it compares with what was bought',
  Operators: 'For people who watch orders of all tenants and settle what the gateway cannot',
  Problems: 'What every refusal means, and what to do about it',
  'Called by providers and browsers': 'Not for you: addresses that this gateway gives to providers and payers',
} as const;

export type Tag = keyof typeof TAGS;
