/**
 * What the application may do in the database. Migrations belong to the owner of the tables; gateways run as a role of
 * their own that is a member of `gateway_app` and owns nothing. Whatever is not here is refused, so a table that a
 * migration adds needs its line: nobody may change what exists (DDL), truncate, or delete history, and a column that
 * must not change once it is written is not among those of `update`.
 *
 * Where rows of history have to go, or personal data has to be erased, the way is a narrow one: a function of the owner's
 * (SECURITY DEFINER, with a fixed search_path) that does just this, listed under FUNCTIONS.
 *
 * A change here comes with a migration in the same release: processes of the release before leave the grants of a newer
 * database alone, and that is how they know it.
 */
export const APPLICATION_ROLE = 'gateway_app';

/** Every table may be read. */
export interface TableGrants {
  /** The columns that may be given to a new row. */
  readonly insert?: Columns;
  readonly update?: Columns;
  readonly delete?: true;
}

type Columns = 'all' | readonly string[];

const columns = (...lines: readonly string[]): string[] => lines.flatMap((line) => line.split(' '));

const LIMITS = ['max_order_grams', 'max_order_usd', 'max_month_usd'] as const;

export const TABLES: Readonly<Record<string, TableGrants>> = {
  _prisma_migrations: {},
  admissions: { insert: 'all', update: ['state', 'decided_by', 'decided_at'] },
  api_keys: { insert: 'all', update: [...LIMITS, 'last_used_at', 'revoked_at'] },
  attempts: {
    insert: columns('order_id operation number generation idempotency_key body far_side started_at send_deadline_at'),
    update: ['outcome', 'reason', 'upstream_status', 'upstream_code', 'recorded_at', 'far_side'],
  },
  // Written by `record_act` alone.
  audit_log: {},
  break_events: { insert: 'all' },
  breaks: {
    insert: 'all',
    update: columns(
      'severity facts facts_hash status assignee waiting_until resolution linked_order_id resolved_by approved_by proposal',
      'version last_run cut_off_at ended_at',
    ),
  },
  budgets: {
    insert: 'all',
    update: columns('limit_usd reason set_at set_by proposed_by open_limit_usd open_reason open_at open_by version'),
  },
  callbacks: { insert: 'all', update: ['times', 'received_at'] },
  checkout_sessions: { insert: 'all', update: ['status'] },
  // Lots, proofs and claims are written by `keep_proof` and `keep_pool_proof` alone.
  credit_lots: {},
  database_environment: { insert: ['environment'] },
  erasures: {},
  far_sides: { insert: 'all', update: ['account', 'confirmed_at', 'confirmed_by'] },
  feed_origin: {},
  feed_readers: { update: ['tx', 'subject', 'sequence'] },
  findings: { insert: 'all' },
  finance_rates: { insert: 'all', update: ['rate', 'source'] },
  idempotency_records: { insert: 'all', update: ['locked_until', 'lock_owner', 'response_status', 'response_body'] },
  ledger_transfers: { insert: 'all' },
  line_allocations: { insert: 'all' },
  lot_claims: {},
  lot_releases: { insert: 'all' },
  offers: { insert: 'all' },
  operator_identities: { insert: 'all', update: ['key_id'] },
  operator_sessions: { insert: 'all', update: ['last_seen_at', 'ended_at'] },
  operators: { insert: 'all', update: ['role', 'disabled_at'] },
  order_events: { insert: 'all' },
  order_notes: { insert: 'all' },
  order_owners: { insert: 'all', update: ['operator_id', 'since'], delete: true },
  order_status_moves: {},
  // As `accept_order` inserts them and `order-commit.ts` changes them.
  orders: {
    insert: columns(
      'id tenant_id api_key_id status provider provider_offering_id offering_name provider_account',
      'payment_method requested_grams ordered_grams quoted_amount quoted_currency max_total_amount',
      'max_total_currency spending_usd usd_per_unit beneficiary_name beneficiary_email',
      'retirement_message description reference metadata labels routing offer_id success_url cancel_url',
      'webhook_url sameness pool_role status_reason status_detail created_at updated_at version',
    ),
    update: columns(
      'status status_reason status_detail provider_order_id provider_status offering_name price_amount price_currency',
      'price_source price_tax_amount later_price_amount quoted_amount quoted_currency spending_usd',
      'retirements certificate review_reason review_since lookup_count last_lookup_at refreshed_at',
      'placed_at retired_at completed_at provider_retired_at callback_token_hash return_token_hash version updated_at',
    ),
  },
  period_balances: { insert: 'all' },
  period_closings: { insert: 'all' },
  period_export_chunks: { insert: 'all' },
  period_exports: { insert: 'all' },
  periods: { insert: ['id', 'starts_at', 'ends_at'], update: ['status', 'version'] },
  pool_members: { insert: 'all', update: ['pool_id', 'tries', 'cost_units'] },
  pools: {
    insert: columns('id tenant_id beneficiary provider provider_offering_id offering_name step_grams closes_at'),
    update: columns('status grams members order_id left_grams left_units left_tax_units sealed_at ended_at version'),
  },
  processes: { insert: 'all', update: ['seen_at'], delete: true },
  project_facts: { insert: 'all' },
  proofs: {},
  provider_calls: { insert: 'all', update: ['durations', 'last_at'] },
  provider_health: { insert: 'all', update: 'all' },
  provider_records: {
    insert: 'all',
    update: columns('reference state provider_state grams gross_units currency'),
  },
  provider_snapshots: {
    insert: 'all',
    update: columns('cursor total pages unread restarts failures started_at ended_at'),
  },
  purchase_claims: { insert: 'all', update: ['verdict', 'looks', 'looked_at', 'due_at', 'claimed_at'] },
  quota_buckets: { insert: 'all', update: 'all' },
  quota_turns: { insert: 'all', update: 'all' },
  quotes: { insert: 'all' },
  reconciliations: {
    insert: 'all',
    update: columns('snapshot_id status failure tries legs input_hash counts result_hash same_as ended_at'),
  },
  resolutions: {
    insert: 'all',
    update: ['state', 'decided_by', 'decided_at', 'decided_note', 'decided_findings', 'refusal'],
  },
  spending: { insert: 'all', update: ['spent_usd', 'room_usd', 'limit_usd'] },
  switches: {
    insert: 'all',
    update: columns('off_proposed_by off_proposed_at off_proposal off_at off_by off_reason'),
  },
  statement_chunks: { insert: 'all' },
  statement_lines: { insert: 'all' },
  statements: { insert: 'all', update: ['status', 'accepted_at', 'reversed_at', 'reversal_reason'] },
  tasks: { insert: 'all', update: 'all', delete: true },
  tenants: { insert: 'all', update: [...LIMITS, 'callback_secrets', 'revoked_at'] },
  webhook_attempts: { insert: 'all' },
  webhook_deliveries: {
    insert: 'all',
    update: ['state', 'attempts', 'tries', 'due_at', 'lease_token', 'leased_until', 'ended_at'],
  },
  webhook_endpoint_events: { insert: 'all' },
  webhook_endpoints: {
    insert: 'all',
    update: columns(
      'url description types secrets disabled_reason disabled_at failing_since updated_at deleted_at version',
    ),
  },
};

export const SEQUENCES: readonly string[] = [
  'attempts_id_seq',
  'callbacks_id_seq',
  'checkout_sessions_id_seq',
  'credit_lots_id_seq',
];

/** By name, whatever the arguments. Those of triggers need no grant, and nobody else may call any. */
export const FUNCTIONS: readonly string[] = [
  'accept_order',
  'add_to_one_slot',
  'continue_feed',
  'correct_spending',
  'create_webhook_endpoint',
  'erase_casework',
  'erase_orders',
  'erased_cause',
  'erased_evidence',
  'erased_key',
  'feed_horizon',
  'feed_tx',
  'forget_callback_address',
  'has_rested',
  'is_statement',
  'join_pool',
  'keep_pool_proof',
  'keep_proof',
  'known_idempotency_key',
  'known_webhook_endpoint',
  'lock_spending',
  'may_act',
  'month_of',
  'names_any',
  'open_claims',
  'open_pool',
  'order_pool',
  'order_state',
  'prune_answers',
  'prune_callbacks',
  'prune_calls',
  'prune_claims',
  'prune_lists',
  'prune_quotes',
  'prune_requests',
  'prune_responses',
  'prune_runs',
  'prune_uploads',
  'record_act',
  'refuse_order_without_task',
  'reserve_spending',
  'run_is_needed',
  'runs_of_month',
  'seal_pool',
  'standing_switch',
  'switch_before_send',
  'switched_operation',
  'take_idempotency_key',
  'take_quota',
  'turn_switch_on',
  'waits_in',
];
