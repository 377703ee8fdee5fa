const header = (description: string, example: string) => ({
  description,
  schema: { type: 'string' as const },
  example,
});

/** Every header of a response that a caller may go by. */
export const HEADERS = {
  'X-Request-Id': header(
    'The X-Request-Id of the request, or a new one: it finds the request in the logs',
    '7c9f7f0e-6f0a-4c7b-9d7c-0a4f6f3e2b1d',
  ),
  'RateLimit-Policy': header('The limit that applies: requests (q) per window in seconds (w)', '"default";q=600;w=60'),
  RateLimit: header('Requests left (r) and seconds until the window ends (t)', '"default";r=599;t=60'),
  'Retry-After': header('Seconds to wait before the request is worth sending again', '2'),
  'WWW-Authenticate': header('How to authenticate (RFC 6750)', 'Bearer realm="offset-gateway", error="invalid_token"'),
  Allow: header('The methods that this path has', 'GET, POST'),
  Location: header('Address of what was made, or of the page to go on to', '/v1/orders/ord_01jd4v2m0gf5c8q7k3x9w1z2r4'),
  ETag: header('Changes whenever the response does: send it as If-None-Match', '"4-3q2+7w"'),
  'Idempotency-Replayed': header(
    '`true` when the request was carried out before: this is the first response again or, long after the end of the order, the order as it is now',
    'true',
  ),
  'Set-Cookie': header(
    'The token of the session, for browsers',
    '__Host-ofg_ops=…; Path=/; HttpOnly; Secure; SameSite=Strict',
  ),
  'Content-Disposition': header('A name for the file', 'attachment; filename="journal-2026-11-v1.csv"'),
  'X-Missing-Fields': header(
    'How many lines lack what they should have and nobody has told, by column; left out where none does',
    'country=12, sink=12',
  ),
  'Preference-Applied': header('What of Prefer was honoured', 'wait=10'),
};

export type HeaderName = keyof typeof HEADERS;

type HeaderRefs = Record<string, { readonly $ref: string }>;

/** References to these headers, and to those of every response. */
export const headersWith = (...names: readonly HeaderName[]): HeaderRefs =>
  Object.fromEntries(
    (['X-Request-Id', 'RateLimit-Policy', 'RateLimit', ...names] as const).map((name) => [
      name,
      { $ref: `#/components/headers/${name}` },
    ]),
  );
