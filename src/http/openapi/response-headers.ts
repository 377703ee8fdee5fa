/** Headers of every response, for the OpenAPI document. */
export const RESPONSE_HEADERS = {
  'X-Request-Id': {
    description: 'The X-Request-Id of the request, or a new one',
    schema: { type: 'string' as const },
  },
  'RateLimit-Policy': {
    description: 'The limit that applies: requests (q) per window in seconds (w)',
    schema: { type: 'string' as const },
    example: '"default";q=600;w=60',
  },
  RateLimit: {
    description: 'Requests left (r) and seconds until the window ends (t)',
    schema: { type: 'string' as const },
    example: '"default";r=599;t=60',
  },
};
