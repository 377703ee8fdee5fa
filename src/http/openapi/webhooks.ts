import { getSchemaPath } from '@nestjs/swagger';
import { MOST_TRIES, SEND_MS } from '../../domain/webhooks/schedule.js';
import { EVENT_PAGE } from '../v1/events/event.examples.js';
import type { Tag } from './tags.js';

const TAG: Tag = 'Webhooks';

const header = (name: string, description: string, example: string) => ({
  name,
  in: 'header' as const,
  required: true,
  description,
  schema: { type: 'string' },
  example,
});

const [, placed] = EVENT_PAGE.data;

/** What the gateway calls, for the receivers of it: docs/webhooks.md. */
export const WEBHOOKS = {
  event: {
    post: {
      operationId: 'receiveEvent',
      summary: 'An event, sent to an endpoint of yours',
      description: `Signed as Standard Webhooks. At least once and in no certain order: keep what you have seen by \`webhook-id\`. What is not answered with 2xx within ${SEND_MS / 1_000} s is sent again, ${MOST_TRIES} times in all.`,
      tags: [TAG],
      security: [],
      parameters: [
        header('webhook-id', 'The id of the event, the same on every repeat', placed?.id ?? ''),
        header('webhook-timestamp', 'When this request was signed, in seconds since 1970', '1795689737'),
        header(
          'webhook-signature',
          'For each secret that is valid now `v1,` and the base64 of an HMAC-SHA256 over id, timestamp and body, joined by dots',
          'v1,Q2VydGFpbmx5IG5vdCBhIHJlYWwgc2lnbmF0dXJlLi4=',
        ),
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { $ref: getSchemaPath('WebhookMessage') },
            examples: { placed: { value: placed } },
          },
        },
      },
      responses: {
        '2XX': { description: 'You have it' },
        default: { description: 'You have it not: it will come again' },
      },
    },
  },
};
