/** Headers of every answer, for the OpenAPI document. */
export const RESPONSE_HEADERS = {
  'X-Request-Id': {
    description: 'The X-Request-Id of the request, or a new one',
    schema: { type: 'string' as const },
  },
  'RateLimit-Policy': {
    description: 'The limit that applies: requests (q) per window of seconds (w)',
    schema: { type: 'string' as const },
    example: '"default";q=600;w=60',
  },
  RateLimit: {
    description: 'What is left of it (r), and for how many seconds (t)',
    schema: { type: 'string' as const },
    example: '"default";r=599;t=60',
  },
};
