import { CORRECT, type ProblemKind } from './problem-kind.js';

/** About what operators do, and who they are. */
export const OPERATOR_PROBLEMS = {
  session_expired: {
    status: 401,
    title: 'The session has ended',
    meaning:
      'The session of the cookie has ended: 8 hours after it was opened, after an hour without a request, by signing out, or with its key or its operator.',
    remedy: 'Sign in again: POST /v1/ops/session.',
    retry: CORRECT,
  },
  cross_site_request: {
    status: 403,
    title: 'The request comes from another site',
    meaning:
      'A request with the cookie of a session is taken from the pages of this gateway alone: with `Sec-Fetch-Site: same-origin`, and but for GET with `Origin` and `Content-Type: application/json` or, for files, `text/csv`.',
    remedy: 'Use the pages of this gateway. A program sends `Authorization: Bearer <key>` and no cookie.',
    retry: CORRECT,
  },
  key_sign_in_off: {
    status: 403,
    title: 'Keys open no session here',
    meaning: 'Operators sign in to the dashboard by the identity provider alone (OPS_KEY_SIGN_IN).',
    remedy: 'Open /ops/sign-in/oidc in a browser. A program sends its key with each request, as before.',
    retry: CORRECT,
  },
  operator_key_required: {
    status: 403,
    title: 'Only an operator may do this',
    meaning: 'The key is the key of a machine, and this is for a person to do.',
    remedy: 'Use your own key as an operator: `cli operators create` makes one.',
    retry: CORRECT,
  },
  second_person_required: {
    status: 403,
    title: 'Another person has to decide',
    meaning: 'It takes two people, and you have proposed it, or may not decide on it any more.',
    remedy: 'Have another operator approve or reject it; or withdraw it.',
    retry: CORRECT,
  },
  approver_required: {
    status: 403,
    title: 'This takes an approver',
    meaning:
      'The switch stands at a provider that is paused by itself, so nothing would be gained but risk: only an approver turns it off.',
    remedy: 'Have an approver turn it off, or wait until the provider is back: GET /v1/providers.',
    retry: CORRECT,
  },
  switch_not_found: {
    status: 404,
    title: 'There is no such switch',
    meaning: 'No switch has this id.',
    remedy: 'List them with GET /v1/ops/switches.',
    retry: CORRECT,
  },
  switch_active: {
    status: 409,
    title: 'This is switched off already',
    meaning: 'A switch of the same scope is on that lasts as long or longer; `detail` names it. Nothing was changed.',
    remedy: 'None is needed: nothing is sent. For a later end, send a later `until`.',
    retry: CORRECT,
  },
  switch_ended: {
    status: 409,
    title: 'The switch is not on any more',
    meaning: 'A person has turned it off, or it came to its end.',
    remedy: 'Read the switch: GET /v1/ops/switches/{id}.',
    retry: CORRECT,
  },
  switch_not_possible: {
    status: 422,
    title: 'This cannot be switched off so',
    meaning:
      'The end is past or more than 7 days away, or a provider is named for webhooks, which are sent to tenants: `errors` says which.',
    remedy: 'Correct what `errors` lists. Nothing was switched off.',
    retry: CORRECT,
  },
  budget_not_possible: {
    status: 422,
    title: 'There is no budget for this month',
    meaning: 'The month is over, or more than a year away: `errors` says which months are possible.',
    remedy: 'Choose another month.',
    retry: CORRECT,
  },
  tenant_not_found: {
    status: 404,
    title: 'There is no such tenant',
    meaning: 'No tenant has this id, or its access has ended.',
    remedy: 'List them with GET /v1/ops/tenants.',
    retry: CORRECT,
  },
  key_not_found: {
    status: 404,
    title: 'There is no such key',
    meaning: 'No API key has this id, which is the part of its text between the second and the third underscore.',
    remedy: 'List them with GET /v1/ops/keys.',
    retry: CORRECT,
  },
  expiry_past: {
    status: 422,
    title: 'The key would have ended already',
    meaning: 'A key that is never good is a mistake. Nothing was made.',
    remedy: 'Choose an expiry in the future, or none.',
    retry: CORRECT,
  },
  operator_not_found: {
    status: 404,
    title: 'There is no such operator',
    meaning: 'No operator has this id.',
    remedy: 'List them with GET /v1/ops/operators.',
    retry: CORRECT,
  },
  operator_exists: {
    status: 409,
    title: 'There is such an operator',
    meaning: 'One person is one operator, for good: somebody has this email address, disabled or not.',
    remedy: 'See GET /v1/ops/operators; a role is changed, and a key replaced, by `cli operators`.',
    retry: CORRECT,
  },
  session_not_found: {
    status: 404,
    title: 'There is no such session',
    meaning: 'No session has this id, or it has ended.',
    remedy: 'List them with GET /v1/ops/sessions.',
    retry: CORRECT,
  },
  admission_not_found: {
    status: 404,
    title: 'There is no such admission',
    meaning: 'Nobody was asked for under this id.',
    remedy: 'List them with GET /v1/ops/admissions.',
    retry: CORRECT,
  },
  admission_closed: {
    status: 409,
    title: 'The admission is closed',
    meaning:
      'It was decided on, its time is over, or it cannot be approved any more: whoever asked for it is no admin, its tenant has ended, or its email address is taken.',
    remedy: 'Ask for it anew, where it is still wanted.',
    retry: CORRECT,
  },
  resolution_not_found: {
    status: 404,
    title: 'There is no such resolution',
    meaning: 'No decision on an order has this id.',
    remedy: 'List them with GET /v1/ops/resolutions.',
    retry: CORRECT,
  },
  version_changed: {
    status: 409,
    title: 'The order has changed',
    meaning: 'The order is not what it was when you looked at it. Nothing was done.',
    remedy: 'Look at the order again, and send its `version` as `expected_version`.',
    retry: CORRECT,
  },
  resolution_refused: {
    status: 409,
    title: 'The decision is not permitted',
    meaning:
      'The order, the provider or the evidence does not carry the decision; `refusal` says which rule is broken, and until when where that is known. Nothing was done.',
    remedy: 'See docs/resolutions.md for what each decision asks.',
    retry: CORRECT,
  },
  resolution_closed: {
    status: 409,
    title: 'The decision is closed',
    meaning: 'The proposal was applied, rejected, withdrawn or overtaken, or its time is over.',
    remedy: 'Propose it anew, where it is still wanted.',
    retry: CORRECT,
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
