import { PropBoolean, PropCode, PropInteger, PropText } from '../../openapi/prop.js';

export class TestedEndpointResponse {
  @PropText('The `webhook-id` of the message') message_id!: string;
  @PropBoolean('Whether it was answered with 2xx in time') delivered!: boolean;
  @PropInteger('HTTP status; null if there was no answer', { nullable: true }) status!: number | null;
  @PropCode('SendFailure', 'Why it does not count as delivered; null if it does', { nullable: true }) failure!:
    string | null;
  @PropText('The first 4 KiB of the body; null if there was no answer', { nullable: true }) answer!: string | null;
  @PropInteger('From resolving the name to the end of the answer, in milliseconds') duration_ms!: number;
}

export class ReplayCountResponse {
  @PropInteger('How many the same request would queue without `dry_run`') would_queue!: number;
}
