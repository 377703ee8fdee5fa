import { ENDPOINT_EVENTS } from '../../domain/events/feed-event.js';
import { STATUS_MEANING } from '../../domain/orders/lifecycle.js';
import { ORDER_EVENTS } from '../../domain/orders/order-event.js';
import { OFFER_REASONS, POLICY_MEANINGS } from '../../domain/orders/order.js';
import { REVIEW_REASONS } from '../../domain/orders/review.js';
import { STATUS_REASONS } from '../../domain/orders/status-reasons.js';
import { FIRMNESS_MEANINGS } from '../../domain/providers/capabilities.js';
import { ABSENCES } from '../../domain/quotes/absence.js';
import { COMPARISONS } from '../../domain/quotes/ranking.js';
import { REFUSALS } from '../../domain/resolutions/decisions.js';
import { LINE_RULES } from '../../domain/statements/line-rules.js';
import { TENANT_KINDS, TIMELINE_KINDS } from '../../domain/timeline/timeline-kinds.js';
import { SEND_FAILURES } from '../../domain/webhooks/delivery.js';
import { DISABLED_REASONS } from '../../domain/webhooks/endpoint.js';
import { PROBLEMS } from '../problems/problems.js';

type Meanings = Readonly<Record<string, string>>;

const meaningsIn = (table: Readonly<Record<string, { readonly means: string }>>, prefix = ''): Meanings =>
  Object.fromEntries(Object.entries(table).map(([code, { means }]) => [`${prefix}${code}`, means]));

const titlesOf = (table: Readonly<Record<string, { readonly title: string }>>): Meanings =>
  Object.fromEntries(Object.entries(table).map(([code, { title }]) => [code, title]));

/** The words that programs decide by, and what each means: a schema each, so that a client has a type for it. */
const CODES = {
  OrderStatus: STATUS_MEANING,
  StatusReason: STATUS_REASONS,
  ReviewReason: meaningsIn(REVIEW_REASONS),
  Firmness: FIRMNESS_MEANINGS,
  AbsenceCode: ABSENCES,
  ComparisonCode: COMPARISONS,
  RoutingPolicy: POLICY_MEANINGS,
  RoutingReason: { ...OFFER_REASONS, ...ABSENCES },
  OrderEventType: meaningsIn(ORDER_EVENTS, 'order.'),
  WebhookEndpointEventType: ENDPOINT_EVENTS,
  TimelineKind: meaningsIn(TENANT_KINDS),
  CaseTimelineKind: meaningsIn(TIMELINE_KINDS),
  RefusalCode: { ...REFUSALS, proposal_open: 'another proposal for the order is open' },
  DisabledReason: DISABLED_REASONS,
  SendFailure: SEND_FAILURES,
  LineRule: LINE_RULES,
  ProblemCode: titlesOf(PROBLEMS),
} as const satisfies Readonly<Record<string, Meanings>>;

export type CodeName = keyof typeof CODES;

export const codeSchemas = (): Record<string, { type: string; enum: string[]; description: string }> =>
  Object.fromEntries(
    Object.entries(CODES).map(([name, meanings]: [string, Meanings]) => [
      name,
      { type: 'string', enum: Object.keys(meanings), description: listed(meanings) },
    ]),
  );

const listed = (meanings: Meanings): string =>
  Object.entries(meanings)
    .map(([code, means]) => `- \`${code}\`: ${means}`)
    .join('\n');
