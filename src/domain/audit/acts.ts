import type { ActStates, ActType } from './act-states.js';

type FieldsOf<S> = S extends null ? never : keyof S;

const LIMITS = {
  order_grams: 'the largest mass of one order',
  order_usd: 'the largest total of one order',
  month_usd: 'the most that is spent in a month; each null for none of its own',
} as const;

const ENDPOINT = {
  host: 'of its address the host; path and query may name a person or hold a secret',
  types: 'the types of events that it is sent; empty for all',
  is_enabled: 'whether it is sent any',
  version: 'counts its changes, also those that are not told here',
} as const;

const RESOLUTION = { resolution: 'id of the resolution', decision: 'which decision: docs/resolutions.md' } as const;
const RESOLVED = { status: 'status of the order', review: 'why it was under review; null for not' } as const;

const STATEMENT = {
  provider: 'whose it is',
  document: '`invoice`, `credit_note` or `payments`',
  number: "the provider's",
  lines: 'how many',
  net: 'what they come to, without tax',
  tax: 'their tax',
  currency: 'of both',
} as const;
const STATEMENT_MOVE = { status: 'its status' } as const;

const RECONCILIATION = {
  provider: 'whose list and statements',
  period: 'of which month',
  cut_off: 'up to when',
  dry_run: 'whether it only finds',
} as const;
const BREAK = { status: 'its status', resolution: 'what was decided: docs/breaks.md; null for nothing' } as const;

const OWNER = { owner: 'the operator who has it in hand; null for nobody' } as const;

const SWITCH = {
  provider: 'at which provider; null for all',
  tenant_id: 'of which tenant; null for all',
  operation: 'what it stops',
  until: 'its end',
} as const;

const BUDGET = { period: 'of which month', limit_usd: 'the most that is spent in it; null for no limit' } as const;

const PROOF = { proof: 'id of the proof', grams: 'how much it proves' } as const;
const CLOSING = { period: 'which month', version: 'how often it was closed' } as const;

const ROTATION = { old_until: 'until then with the old one, too; null for no longer' } as const;

/** Every act, what it is about and what is kept of it. `docs/audit.md` is generated from this table; the database refuses any other. */
export const ACTS = {
  'tenant.create': {
    means: 'a new tenant',
    subject: 'tenant',
    states: { provider_accounts: 'its own accounts, by provider' },
  },
  'tenant.limit': { means: 'what a tenant may buy', subject: 'tenant', states: LIMITS },
  'tenant.revoke': { means: 'all access of a tenant ends', subject: 'tenant', states: {} },
  'key.create': {
    means: 'a new API key',
    subject: 'key',
    states: { tenant_id: 'whose it is', scopes: 'what it opens', expires_at: 'good until then; null for no end' },
  },
  'key.limit': { means: 'what a key may buy', subject: 'key', states: LIMITS },
  'key.revoke': { means: 'a key ends', subject: 'key', states: {} },
  'order.cancel': {
    means: 'an order is to be undone before it is fulfilled',
    subject: 'order',
    states: { status: 'its status' },
  },
  'order.clear_review': {
    means:
      'at the command line of earlier releases: a person has dealt with the reason for a review; the note is in the history of the order',
    subject: 'order',
    states: { review: 'the reason that was cleared, then null' },
  },
  'provider.confirm_account': {
    means: 'an address and key are the account at which orders are open',
    subject: 'id of the address and key, as `cli providers accounts` lists it',
    states: { provider: 'at which provider', elsewhere: 'ids of those with open orders when it was confirmed' },
  },
  'personal_data.erase': {
    means: 'personal data of orders was erased; which ones, and what, is in `erasures`',
    subject: 'erasure; where refused, the order',
    states: { chosen_by: 'by what the orders were chosen: `order` or `email`' },
  },
  'webhook_endpoint.create': { means: 'events are to be sent to an address', subject: 'endpoint', states: ENDPOINT },
  'webhook_endpoint.update': { means: 'an endpoint is changed', subject: 'endpoint', states: ENDPOINT },
  'webhook_endpoint.delete': { means: 'an endpoint is sent nothing any more', subject: 'endpoint', states: {} },
  'webhook_endpoint.rotate_secret': {
    means: 'what is sent to an endpoint is signed with a new secret',
    subject: 'endpoint',
    states: ROTATION,
  },
  'webhook_endpoint.test': { means: 'an endpoint is sent an event without an order', subject: 'endpoint', states: {} },
  'webhook_endpoint.replay': {
    means: 'events of a window are sent to an endpoint again',
    subject: 'endpoint',
    states: { since: 'its begin', until: 'its end', only: 'which of them', queued: 'how many' },
  },
  'webhook_delivery.replay': { means: 'one event is sent to an endpoint again', subject: 'delivery', states: {} },
  'callback_secret.rotate': {
    means: 'what is sent to the callback_url of orders is signed with a new secret',
    subject: 'tenant',
    states: ROTATION,
  },
  'operator.create': { means: 'a new operator', subject: 'operator', states: { role: 'what they may do' } },
  'operator.change_role': {
    means: 'an operator may do other things than before',
    subject: 'operator',
    states: { role: 'what they may do' },
  },
  'operator.replace_key': {
    means: 'the keys of an operator end, their sessions too, and they have a new one',
    subject: 'operator',
    states: {},
  },
  'operator.disable': { means: 'all access of an operator ends, for good', subject: 'operator', states: {} },
  'operator.link': {
    means: 'an account at the identity provider is an operator’s, from their first sign-in with it',
    subject: 'operator',
    states: { issuer: 'which provider' },
  },
  'admission.propose': {
    means: 'an operator, or a key that reaches beyond one tenant, is asked for, which takes a second admin',
    subject: 'admission',
    states: {
      tenant_id: 'whose key it is to be; null for an operator',
      scopes: 'what the key is to open',
      role: 'what the operator is to do; null for a key',
    },
  },
  'admission.approve': {
    means: 'a second admin has let them in',
    subject: 'admission',
    states: { made: 'id of the key or the operator, whose making is the next row' },
  },
  'admission.reject': {
    means: 'a second admin has not let them in, or it was taken back',
    subject: 'admission',
    states: {},
  },
  'session.open': { means: 'an operator signs in', subject: 'session', states: {} },
  'session.end': { means: 'an operator signs out', subject: 'session', states: {} },
  'order.note': {
    means: 'an operator notes something about an order; the text is with the notes, where an erasure reaches it',
    subject: 'order',
    states: { note: 'id of the note' },
  },
  'order.claim': { means: 'an operator takes an order in hand', subject: 'order', states: OWNER },
  'order.release': { means: 'nobody has an order in hand any more', subject: 'order', states: OWNER },
  'provider.probe': { means: 'a provider is asked by a person whether it is there', subject: 'provider', states: {} },
  'order.refresh': { means: 'the provider is asked by a person how an order stands', subject: 'order', states: {} },
  'resolution.propose': {
    means: 'a decision on an order is proposed, which a second person has to approve',
    subject: 'order',
    states: RESOLUTION,
  },
  'resolution.apply': {
    means: 'a decision on an order that one person may make',
    subject: 'order',
    states: { ...RESOLUTION, ...RESOLVED },
  },
  'resolution.approve': {
    means: 'a second person has approved a decision, which is carried out',
    subject: 'order; where refused, the resolution',
    states: { ...RESOLUTION, ...RESOLVED },
  },
  'resolution.reject': {
    means: 'a second person has rejected a proposed decision',
    subject: 'order; where refused, the resolution',
    states: RESOLUTION,
  },
  'resolution.withdraw': {
    means: 'a proposed decision is taken back',
    subject: 'order; where refused, the resolution',
    states: RESOLUTION,
  },
  'switch.turn_on': {
    means: 'new sends are switched off; the reason is with the switch',
    subject: 'switch',
    states: SWITCH,
  },
  'switch.propose_off': {
    means: 'a switch that stops all tenants at all providers is to be turned off, which another person has to do',
    subject: 'switch',
    states: {},
  },
  'switch.turn_off': { means: 'a switch is turned off, and sends begin again', subject: 'switch', states: SWITCH },
  'budget.propose': {
    means: 'a tenant is to spend more in a month, which another person has to set',
    subject: 'tenant',
    states: BUDGET,
  },
  'budget.set': { means: 'what a tenant may spend in a month', subject: 'tenant', states: BUDGET },
  'statement.upload': {
    means: "a provider's statement was read and comes to what was declared; nothing is posted yet",
    subject: 'statement',
    states: STATEMENT,
  },
  'statement.accept': { means: 'a statement counts from now on', subject: 'statement', states: STATEMENT_MOVE },
  'statement.reverse': {
    means: 'a statement counts no more; why is with the statement',
    subject: 'statement',
    states: STATEMENT_MOVE,
  },
  'proof.enter': {
    means: 'a document was entered that proves what was retired for an order',
    subject: 'order',
    states: { ...PROOF, document: 'SHA-256 of it' },
  },
  'proof.release': {
    means: 'what an order had claimed of serial numbers is given up',
    subject: 'order; where refused, the proof',
    states: PROOF,
  },
  'project_facts.enter': {
    means: 'what is known of a project from a day on; the rest is with the facts',
    subject: 'facts',
    states: { registry: 'of which registry', registry_project_id: 'its id there', valid_from: 'from which day on' },
  },
  'reconciliation.start': {
    means: "a provider's list and statements are compared with our orders",
    subject: 'reconciliation',
    states: RECONCILIATION,
  },
  'break.assign': { means: 'a break is taken in hand by a person, or given back', subject: 'break', states: OWNER },
  'break.wait': {
    means: 'a break waits for somebody until a day; why is with the break',
    subject: 'break',
    states: BREAK,
  },
  'break.propose': {
    means: 'what is to be made of a break, which another person has to approve',
    subject: 'break',
    states: BREAK,
  },
  'break.resolve': { means: 'what is made of a break, and posted', subject: 'break', states: BREAK },
  'break.approve': {
    means: 'what another person proposed is made of a break, and posted',
    subject: 'break',
    states: BREAK,
  },
  'period.close': {
    means: 'a month of the books is closed; the note is with the closing',
    subject: 'none',
    states: { ...CLOSING, journal_hash: 'what its journal is chained to, in hexadecimal digits' },
  },
  'period.reopen': {
    means: 'a month of the books is opened again; the note is with the reopening',
    subject: 'none',
    states: CLOSING,
  },
  'finance_rate.set': {
    means: 'an exchange rate for exports is entered, or another in its place',
    subject: 'none',
    states: {
      functional: 'the currency it is in',
      currency: 'of which currency',
      on_date: 'of which day',
      rate: 'what a unit was',
    },
  },
} as const satisfies {
  [T in ActType]: {
    readonly means: string;
    /** Its id is kept. */
    readonly subject: string;
    /** The fields of before and after. */
    readonly states: Readonly<Record<FieldsOf<ActStates[T]['before'] | ActStates[T]['after']>, string>>;
  };
};

/** What became of an act. */
export const OUTCOMES = {
  applied: 'it was carried out, by the commit that recorded it or just before',
  begun:
    'a provider is asked, or it takes several steps; what it came to is a later row, or else in the history of the order',
  refused: '`problem_code` says why; it was not carried out',
} as const;
export type Outcome = keyof typeof OUTCOMES;

/** Why the command line refuses an act. Requests are refused for the codes of docs/errors.md. */
export const OPERATOR_REFUSALS = {
  not_found: 'there is none of this id, or it was revoked before; or the address stands in no order',
  not_under_review: 'the order is not under review',
  nothing_to_confirm: 'no such id, no open order at another account, or one is live and one a sandbox',
  open: 'the order has not ended, so its personal data stays',
  in_review: 'the order is under review, so its personal data stays',
  being_answered: 'a request for the order is at work, so its personal data stays',
  names_person: 'the reason names the person',
  known_before: 'there is an operator with this email address, disabled or not',
} as const;
export type OperatorRefusal = keyof typeof OPERATOR_REFUSALS;
