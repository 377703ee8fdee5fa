export const OPEN_SESSION_EXAMPLES = {
  key: {
    summary: 'With your own key',
    value: { key: 'ofg_dev_473659115ea8fc04_Acr1HMNogDV5fNVV9JKqOzztTDbrxT6D9uBKKFUlucr000000' },
  },
};

export const TAKE_NOTE_EXAMPLES = {
  asked: { summary: 'What was asked of whom', value: { text: 'Asked One Tribe what became of it (ticket 4711).' } },
};

const STATEMENT = {
  from: 'support@onetribe.example',
  received_at: '2026-11-26T11:30:00.000Z',
  quote: 'Transaction removed by mistake; nothing was retired.',
  ticket: '4711',
  file_sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};

export const PROPOSE_RESOLUTION_EXAMPLES = {
  adopt_purchase: {
    summary: 'A purchase that was found is the one that is missing',
    value: {
      decision: 'adopt_purchase',
      evidence: { provider_order_id: 'il8BZu7hIB_sandbox' },
      reason: 'Found in the list of the provider, with our reference.',
      expected_version: 3,
    },
  },
  end_undone: {
    summary: 'What the provider has removed was never retired',
    value: {
      decision: 'end_undone',
      evidence: { statement: STATEMENT },
      reason: 'One Tribe removed it and retired nothing (ticket 4711).',
      expected_version: 5,
    },
  },
  compensation_done: {
    summary: 'What became of purchases too many',
    value: {
      decision: 'compensation_done',
      evidence: { cancelled: ['tx-cE0slq8Lqwbk'], refunded: ['tx-dF1tmr9Mrxcl'], kept: ['tx-eG2uns0Nsydm'] },
      reason: 'Agreed with the tenant which of the three is kept.',
      expected_version: 9,
    },
  },
};

export const APPROVE_EXAMPLES = {
  agreed: { summary: 'Looked at and agreed', value: { note: 'Read the statement; agreed.', expected_version: 5 } },
};

export const DECIDE_EXAMPLES = {
  why: { summary: 'Why not', value: { note: 'The statement does not name the transaction.' } },
};

export const CANCEL_CASE_EXAMPLES = {
  twice: {
    summary: 'An order that is not wanted any more',
    value: { reason: 'The tenant has ordered it twice (ticket 4711).', expected_version: 5 },
  },
};
