export const CREATE_ENDPOINT_EXAMPLES = {
  everything: {
    summary: 'Events of every type',
    value: { url: 'https://shop.example/offset-events', description: 'Bookkeeping' },
  },
  ends: {
    summary: 'Only how orders ended',
    value: {
      url: 'https://shop.example/offset-events',
      types: ['order.completed', 'order.cancelled', 'order.failed', 'order.expired'],
    },
  },
};

export const UPDATE_ENDPOINT_EXAMPLES = {
  enable: { summary: 'Enable it again', value: { enabled: true } },
  move: { summary: 'Send events elsewhere', value: { url: 'https://shop.example/events/v2', description: null } },
};

export const ROTATE_SECRET_EXAMPLES = {
  overlap: { summary: 'The old secret signs for another day', value: {} },
  leaked: { summary: 'The old secret is known to others', value: { old_secret_expires_in_hours: 0 } },
};

export const REPLAY_EXAMPLES = {
  count: {
    summary: 'How many events were missed',
    value: { since: '2026-11-20T09:30:00Z', until: '2026-11-21T09:30:00Z', only: 'missing', dry_run: true },
  },
  failed: { summary: 'Send again what was given up', value: { since: '2026-11-20T09:30:00Z', only: 'failed' } },
};
