import type { IncomingHttpHeaders } from 'node:http';

/** Whether the provider acts on the request before the fault, or never sees it. */
export type FaultTiming = 'before_effect' | 'after_effect';

/** What can go wrong with one request. The README has a line on each. */
export type Fault =
  | { readonly kind: 'delay'; readonly when: FaultTiming; readonly ms: number }
  | { readonly kind: 'reset'; readonly when: FaultTiming }
  | { readonly kind: 'hang'; readonly when: FaultTiming }
  | { readonly kind: 'half_open' }
  | { readonly kind: 'late_effect'; readonly connection: 'reset' | 'hang'; readonly afterMs?: number }
  | { readonly kind: 'error'; readonly status: number; readonly effect: boolean }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds?: number }
  | { readonly kind: 'redirect'; readonly location: string; readonly effect: boolean }
  | { readonly kind: 'truncated_body' }
  | { readonly kind: 'broken_json' }
  | { readonly kind: 'html'; readonly status?: number }
  | { readonly kind: 'no_content_type' }
  | { readonly kind: 'slow_drip'; readonly everyMs: number; readonly bytes?: number }
  | { readonly kind: 'endless_body' }
  | { readonly kind: 'forget_keys' }
  | { readonly kind: 'list_lag'; readonly ms?: number }
  | { readonly kind: 'shift_pages'; readonly by: 'insert' | 'delete' }
  | { readonly kind: 'duplicate_row' }
  | { readonly kind: 'set_field'; readonly path: string; readonly value: unknown }
  | { readonly kind: 'delete_field'; readonly path: string }
  | { readonly kind: 'unknown_status'; readonly word?: string };

export type FaultKind = Fault['kind'];

export interface FaultMatch {
  readonly method?: string;
  /** The path as the provider documents it (`/orders`). A prefix, or a regular expression when it starts with `^`. */
  readonly path?: string | RegExp;
  /** Headers that must have exactly these values. */
  readonly header?: Readonly<Record<string, string>>;
}

export interface FaultRule {
  readonly match?: FaultMatch;
  /** How many matching requests fail before the rule is used up. Default 1. */
  readonly times?: number | 'always';
  readonly fault: Fault;
}

/** A rule in the queue. */
export interface QueuedFault {
  readonly id: number;
  readonly match: FaultMatch;
  readonly fault: Fault;
  /** On the simulator's clock. */
  readonly addedAtMs: number;
  readonly used: number;
  readonly left: number | 'always';
}

export interface FaultTarget {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}
