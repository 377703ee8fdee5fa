/** `pending`: to be sent, or sent again. `dead`: given up, and kept. */
export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Why a request to an endpoint does not count as delivered. */
export const SEND_FAILURES = {
  target_not_allowed:
    'its address is none that may be sent to, or its host name leads nowhere, or to an address that is not public',
  unreachable: 'no connection could be made',
  tls_failed: 'its certificate is not valid for its host name, or the TLS handshake failed',
  connection_lost: 'the connection ended before there was an answer',
  timed_out: 'there was no answer in time',
  redirected: 'it answered with a redirect, and none is followed',
  refused: 'it answered with another status than 2xx',
} as const;
export type SendFailure = keyof typeof SEND_FAILURES;
export const SEND_FAILURE_CODES = Object.keys(SEND_FAILURES) as SendFailure[];

/** What came of one request to an endpoint. */
export interface SendResult {
  readonly startedAt: Date;
  readonly durationMs: number;
  /** HTTP status; null if there was no answer. */
  readonly status: number | null;
  /** Null: delivered. */
  readonly failure: SendFailure | null;
  /** The beginning of the answer's body; null if there was no answer. */
  readonly answer: string | null;
}

export interface Attempt extends SendResult {
  /** 1, 2, 3 … within the delivery. */
  readonly number: number;
}

/** One event for one endpoint. */
export interface Delivery {
  readonly id: string;
  readonly tenantId: string;
  readonly endpointId: string;
  /** The `webhook-id` of every request. */
  readonly eventId: string;
  readonly eventType: string;
  /** Null for an event of an endpoint. */
  readonly orderId: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** When it is sent next; null once it has ended. */
  readonly dueAt: Date | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

export const failureOfStatus = (status: number): SendFailure | null => {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'redirected' : 'refused';
};
