/** A TypeID: a prefix and a UUID as 26 characters of base32. */
const typeIdOf = (prefix: string): RegExp => new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`);

/** For the OpenAPI document: an id of this form. */
export const exampleOf = (form: RegExp): string =>
  EXAMPLES.find((one) => one.form === form)?.example ??
  form.source.replace(/^\^(\w+)_\[.*$/, '$1_01jd4v2m0gf5c8q7k3x9w1z2r4');

export const TENANT_ID = typeIdOf('ten');
export const ORDER_ID = typeIdOf('ord');
export const QUOTE_ID = typeIdOf('quo');
export const OFFER_ID = typeIdOf('off');
export const EVENT_ID = typeIdOf('evt');
export const ENDPOINT_ID = typeIdOf('whe');
export const DELIVERY_ID = typeIdOf('dlv');
export const RESOLUTION_ID = typeIdOf('res');
export const SWITCH_ID = typeIdOf('swi');
export const STATEMENT_ID = typeIdOf('stm');
export const RUN_ID = typeIdOf('rec');
export const BREAK_ID = typeIdOf('brk');
export const OPERATOR_ID = typeIdOf('opr');
export const ADMISSION_ID = typeIdOf('adm');
export const SESSION_ID = typeIdOf('ses');
export const POOL_ID = typeIdOf('pool');
export const PROOF_ID = typeIdOf('prf');
export const PROJECT_FACTS_ID = typeIdOf('fct');
/** The public part of an API key. */
export const KEY_ID = /^[0-9a-f]{16}$/;
export const OFFERING_ID = typeIdOf('offering');

/** What an id can look like. Which providers there are, the HTTP layer does not know. */
export const PROVIDER_ID = /^[a-z][a-z0-9_]{0,39}$/;

/** Of ids that are none of ours. */
const EXAMPLES = [
  { form: KEY_ID, example: '5d9f1c2b3a4e6f70' },
  { form: PROVIDER_ID, example: 'cnaught' },
];

/** Whether a text can be the token in the URL of a callback or a return. */
export const isReturnToken = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text);
