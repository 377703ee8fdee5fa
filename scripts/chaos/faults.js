/** Beyond the gateway's hard deadline of 30 s: it gives up, the provider carries on. */
const TOO_LATE_MS = 33_000;

const NOWHERE = 'http://127.0.0.1:9/elsewhere';

/** Nothing happened, and the gateway cannot know. */
const SILENT_NO = [
  [3, { kind: 'reset', when: 'before_effect' }],
  [3, { kind: 'error', status: 500, effect: false }],
  [2, { kind: 'error', status: 502, effect: false }],
  [2, { kind: 'error', status: 503, effect: false }],
  [0.5, { kind: 'redirect', location: NOWHERE, effect: false }],
  [0.15, { kind: 'hang', when: 'before_effect' }],
  [0.15, { kind: 'half_open' }],
];

/** It happened, and the response does not say so. */
const SILENT_YES = [
  [4, { kind: 'reset', when: 'after_effect' }],
  [3, { kind: 'error', status: 500, effect: true }],
  [1, { kind: 'error', status: 503, effect: true }],
  [1, { kind: 'error', status: 408, effect: true }],
  [2, { kind: 'truncated_body' }],
  [2, { kind: 'broken_json' }],
  [1, { kind: 'html', status: 200 }],
  [1, { kind: 'html', status: 502 }],
  [0.5, { kind: 'redirect', location: NOWHERE, effect: true }],
  [0.2, { kind: 'hang', when: 'after_effect' }],
  [0.1, { kind: 'slow_drip', everyMs: 1_000 }],
  [0.1, { kind: 'endless_body' }],
  [0.1, { kind: 'delay', when: 'after_effect', ms: TOO_LATE_MS }],
];

/** It happens later than the response, and before the visibility delay ends. */
const LATE = [
  [1.5, { kind: 'late_effect', connection: 'reset', afterMs: 2_000 }],
  [1, { kind: 'late_effect', connection: 'reset', afterMs: 12_000 }],
  [0.15, { kind: 'late_effect', connection: 'hang', afterMs: 8_000 }],
];

/** Not now. Rare: a 429 halves the pace of all processes, and refused credentials pause the provider for a minute. */
const NOT_NOW = [
  [0.3, { kind: 'rate_limited', retryAfterSeconds: 2 }],
  [0.1, { kind: 'rate_limited' }],
];
const CREDENTIALS = [[0.03, { kind: 'refused', status: 401 }]];

const REFUSED = [[1, { kind: 'refused', status: 400 }]];

/** The response says something else than what was ordered, or nothing that is known. */
const WRONG = [
  [0.2, { kind: 'unknown_status' }],
  [0.2, { kind: 'delete_field', path: 'id' }],
];

const READS = [
  [3, { kind: 'reset', when: 'before_effect' }],
  [2, { kind: 'error', status: 500, effect: false }],
  [2, { kind: 'error', status: 503, effect: false }],
  [2, { kind: 'truncated_body' }],
  [1, { kind: 'broken_json' }],
  [1, { kind: 'html', status: 200 }],
  [0.1, { kind: 'hang', when: 'before_effect' }],
  [0.1, { kind: 'slow_drip', everyMs: 1_000 }],
  [0.05, { kind: 'unknown_status' }],
];

const LISTS = [
  ...READS,
  [2, { kind: 'list_lag', ms: 3_000 }],
  [2, { kind: 'duplicate_row' }],
  [1, { kind: 'shift_pages', by: 'insert' }],
  [1, { kind: 'shift_pages', by: 'delete' }],
];

/** Both well above the promised quarter, so that a short run is above it, too. */
const WRITE_SHARE = 0.35;
const READ_SHARE = 0.3;

/**
 * Where faults strike, how often and with what. Left out: `forget_keys`, a list lag beyond the visibility delay and a late
 * effect after it, because they break what the provider promises, and no client can hold its own promise on that.
 *
 * In the short form CNaught never refuses an order: a refusal after a doubtful send is looked into after CNaught's
 * visibility delay of 5 minutes, which is longer than that whole run.
 */
export function targets(isShort) {
  const silent = [...SILENT_NO, ...SILENT_YES, ...LATE];
  const cnaughtOrder = [
    ...silent,
    ...NOT_NOW,
    ...CREDENTIALS,
    ...WRONG,
    [0.2, { kind: 'set_field', path: 'price_usd_cents', value: 1 }],
    [2, { kind: 'refused', status: 409 }],
    ...(isShort ? [] : [...REFUSED, [0.2, { kind: 'refused', status: 422 }]]),
  ];
  const oneTribeOrder = [
    ...silent,
    ...NOT_NOW,
    ...CREDENTIALS,
    ...REFUSED,
    [0.2, { kind: 'unknown_status' }],
    [0.2, { kind: 'set_field', path: 'quantity', value: 999 }],
  ];
  const page = [...silent, ...REFUSED];
  const undo = [...SILENT_NO, ...SILENT_YES, ...REFUSED];
  return [
    write('cnaught', 'POST', '^/orders$', cnaughtOrder),
    write('cnaught', 'POST', '^/checkout/sessions$', page),
    write('cnaught', 'POST', '^/orders/.+/cancel$', undo),
    write('one_tribe', 'POST', '^/transactions$', oneTribeOrder),
    write('one_tribe', 'DELETE', '^/transactions/', undo),
    write('carbonmark', 'POST', '^/checkout$', page),
    read('cnaught', 'GET', '^/orders$', LISTS),
    read('cnaught', 'GET', '^/orders/', READS),
    read('cnaught', 'GET', '^/checkout/sessions/', READS),
    read('cnaught', 'POST', '^/quotes$', READS),
    read('one_tribe', 'GET', '^/transactions$', LISTS),
    read('one_tribe', 'GET', '^/transactions/', READS),
    read('one_tribe', 'GET', '^/projects', READS),
    read('carbonmark', 'GET', '^/payments/', READS),
    read('carbonmark', 'GET', '^/prices', READS),
  ];
}

const write = (provider, method, path, choices) => ({
  provider,
  method,
  path,
  choices,
  share: WRITE_SHARE,
  isWrite: true,
});
const read = (provider, method, path, choices) => ({
  provider,
  method,
  path,
  choices,
  share: READ_SHARE,
  isWrite: false,
});
