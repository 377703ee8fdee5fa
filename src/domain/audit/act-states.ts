import type { Role } from '../operators/operator.js';
import type { Decision } from '../resolutions/decisions.js';
import type { OrderStatus } from '../orders/lifecycle.js';
import type { ReviewReason } from '../orders/review.js';
import type { BreakStatus } from '../reconciliation/break.js';
import type { BreakResolution } from '../reconciliation/break-types.js';
import type { SwitchOperation } from '../switches/switch.js';
import type { StatementDocument, StatementStatus } from '../statements/statement.js';
import type { ReplayChoice } from '../webhooks/replay.js';

/** Limits of a tenant or a key; null for none of its own. */
export interface LimitsKept {
  readonly order_grams: number | null;
  readonly order_usd: string | null;
  readonly month_usd: string | null;
}

/** A decision on an order. Its reason and evidence are with the resolution, where an erasure reaches them. */
export interface ResolutionKept {
  readonly resolution: string;
  readonly decision: Decision;
}

/** The order that was decided on. */
export interface ResolvedKept {
  readonly status: OrderStatus;
  readonly review: ReviewReason | null;
}

/** What a switch stops, each null for all, and until when at most. Its reason is with the switch. */
export interface SwitchKept {
  readonly provider: string | null;
  readonly tenant_id: string | null;
  readonly operation: SwitchOperation;
  readonly until: string;
}

/** What a tenant may spend in a month; null for no limit. Why is with the budget. */
export interface BudgetKept {
  readonly period: string;
  readonly limit_usd: string | null;
}

/** A proof, and the mass that it is about. Serial numbers are with it. */
export interface ProofKept {
  readonly proof: string;
  readonly grams: number;
}

/** Where it is from is with the rate. */
export interface RateKept {
  readonly functional: string;
  readonly currency: string;
  readonly on_date: string;
  readonly rate: string;
}

/** Which closing of which month. Who and why is with the closing. */
export interface ClosingKept {
  readonly period: string;
  readonly version: number;
}

/** Of an endpoint, what names no person and is no secret: of its address the host alone. */
export interface EndpointKept {
  readonly host: string;
  /** Empty: all. */
  readonly types: readonly string[];
  readonly is_enabled: boolean;
  /** Counts its changes, also those that are not told here. */
  readonly version: number;
}

/** A statement of a provider, as it was declared. */
export interface StatementKept {
  readonly provider: string;
  readonly document: StatementDocument;
  readonly number: string;
  readonly lines: number;
  readonly net: string;
  readonly tax: string;
  readonly currency: string;
}

/** What is compared, and up to when. */
export interface ReconciliationKept {
  readonly provider: string;
  readonly period: string;
  readonly cut_off: string;
  readonly dry_run: boolean;
}

/** A difference between orders, providers and statements. Facts and notes are with the break. */
export interface BreakKept {
  readonly status: BreakStatus;
  readonly resolution: BreakResolution | null;
}

interface OwnerKept {
  readonly owner: string | null;
}

/** Why it was reversed is with the statement. */
export interface StatementMoved {
  readonly status: StatementStatus;
}

/**
 * What each act keeps of its subject, before and after. Closed, because what is written to the audit stays for ever:
 * names, email addresses, notes, addresses of callers and secrets have no field here.
 */
export interface ActStates {
  'tenant.create': { before: null; after: { readonly provider_accounts: Readonly<Record<string, string>> } };
  'tenant.limit': { before: LimitsKept; after: LimitsKept };
  'tenant.revoke': { before: null; after: null };
  'key.create': {
    before: null;
    after: { readonly tenant_id: string; readonly scopes: readonly string[]; readonly expires_at: string | null };
  };
  'key.limit': { before: LimitsKept; after: LimitsKept };
  'key.revoke': { before: null; after: null };
  'order.cancel': { before: { readonly status: OrderStatus }; after: { readonly status: OrderStatus } };
  'order.clear_review': { before: { readonly review: ReviewReason }; after: { readonly review: null } };
  'provider.confirm_account': {
    before: null;
    after: { readonly provider: string; readonly elsewhere: readonly string[] };
  };
  'personal_data.erase': { before: null; after: { readonly chosen_by: 'order' | 'email' } };
  'webhook_endpoint.create': { before: null; after: EndpointKept };
  'webhook_endpoint.update': { before: EndpointKept; after: EndpointKept };
  'webhook_endpoint.delete': { before: null; after: null };
  'webhook_endpoint.rotate_secret': { before: null; after: { readonly old_until: string | null } };
  'webhook_endpoint.test': { before: null; after: null };
  'webhook_endpoint.replay': {
    before: null;
    after: { readonly since: string; readonly until: string; readonly only: ReplayChoice; readonly queued: number };
  };
  'webhook_delivery.replay': { before: null; after: null };
  'callback_secret.rotate': { before: null; after: { readonly old_until: string | null } };
  'operator.create': { before: null; after: { readonly role: Role } };
  'operator.change_role': { before: { readonly role: Role }; after: { readonly role: Role } };
  'operator.replace_key': { before: null; after: null };
  'operator.disable': { before: null; after: null };
  'operator.link': { before: null; after: { readonly issuer: string } };
  'admission.propose': {
    before: null;
    after: { readonly tenant_id: string | null; readonly scopes: readonly string[]; readonly role: Role | null };
  };
  'admission.approve': { before: null; after: { readonly made: string } };
  'admission.reject': { before: null; after: null };
  'session.open': { before: null; after: null };
  'session.end': { before: null; after: null };
  'order.note': { before: null; after: { readonly note: string } };
  'order.claim': { before: { readonly owner: string | null }; after: { readonly owner: string | null } };
  'order.release': { before: { readonly owner: string | null }; after: { readonly owner: string | null } };
  'provider.probe': { before: null; after: null };
  'order.refresh': { before: null; after: null };
  'resolution.propose': { before: null; after: ResolutionKept };
  'resolution.apply': { before: ResolvedKept; after: ResolutionKept & ResolvedKept };
  'resolution.approve': { before: ResolvedKept; after: ResolutionKept & ResolvedKept };
  'resolution.reject': { before: null; after: ResolutionKept };
  'resolution.withdraw': { before: null; after: ResolutionKept };
  'switch.turn_on': { before: null; after: SwitchKept };
  'switch.propose_off': { before: null; after: null };
  'switch.turn_off': { before: SwitchKept; after: null };
  'budget.propose': { before: BudgetKept; after: BudgetKept };
  'budget.set': { before: BudgetKept; after: BudgetKept };
  'statement.upload': { before: null; after: StatementKept };
  'statement.accept': { before: StatementMoved; after: StatementMoved };
  'statement.reverse': { before: StatementMoved; after: StatementMoved };
  'proof.enter': { before: null; after: ProofKept & { readonly document: string } };
  'proof.release': { before: ProofKept; after: null };
  'project_facts.enter': {
    before: null;
    after: { readonly registry: string; readonly registry_project_id: string; readonly valid_from: string };
  };
  'reconciliation.start': { before: null; after: ReconciliationKept };
  'break.assign': { before: OwnerKept; after: OwnerKept };
  'break.wait': { before: BreakKept; after: BreakKept };
  'break.propose': { before: BreakKept; after: BreakKept };
  'break.resolve': { before: BreakKept; after: BreakKept };
  'break.approve': { before: BreakKept; after: BreakKept };
  'period.close': { before: null; after: ClosingKept & { readonly journal_hash: string } };
  'period.reopen': { before: ClosingKept; after: null };
  'finance_rate.set': { before: null; after: RateKept };
}
export type ActType = keyof ActStates;
