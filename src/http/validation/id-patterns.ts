/** Ids of one kind, as they are given out: a prefix and 26 characters of base32. */
const typeIdOf = (prefix: string): RegExp => new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`);

export const ORDER_ID = typeIdOf('ord');
export const QUOTE_ID = typeIdOf('quo');
export const OFFER_ID = typeIdOf('off');
export const OFFERING_ID = typeIdOf('offering');

/** Which providers there are is not the HTTP layer's business; what an id can look like is. */
export const PROVIDER_ID = /^[a-z][a-z0-9_]{0,39}$/;
export const NOT_A_PROVIDER_ID = 'must be the id of a provider, such as cnaught; see GET /v1/providers';

/** The token in an address that a provider or a browser was given. */
export const isReturnToken = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text);
