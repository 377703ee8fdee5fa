import { createHmac } from 'node:crypto';

/** What is sent, whenever and however often: `id` tells the receiver what it has seen before. */
export interface WebhookMessage {
  readonly id: string;
  readonly body: string;
}

/**
 * The headers of Standard Webhooks, with a signature by each secret that is valid now. The time is that of the request,
 * because receivers refuse what is minutes old.
 */
export const signedHeaders = (
  { id, body }: WebhookMessage,
  sentAt: Date,
  secrets: readonly Uint8Array[],
): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
};
