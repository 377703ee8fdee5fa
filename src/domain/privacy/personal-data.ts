/** What stands in place of a name that was erased. The database holds the same word. */
const ERASED = 'erased';

/** What an erasure does to a column of the orders it is about. */
const AFTER_ERASURE = {
  replaced: `is replaced by \`${ERASED}\``,
  emptied: 'is emptied',
  deleted: 'goes with its row',
  named: 'is replaced or emptied where it holds the name or email address',
  ofCallback:
    'is replaced by `erased` where it is the `callback_url` of this order alone, or holds the name or email address',
  kept: 'stays',
} as const;

/** How long a column lives without an erasure. */
const LIFETIMES = {
  forGood: 'for good',
  personal: '`RETENTION_PERSONAL_DATA_DAYS` after the end of the order, which is then erased',
  records: '`RETENTION_RECORDS_DAYS` after the end of the order',
  reconciliation: '`RETENTION_RECONCILIATION_DAYS` after the end of the run, and as long as something rests on it',
} as const;

interface PersonalColumn {
  readonly holds: string;
  readonly erasure: keyof typeof AFTER_ERASURE;
  readonly lives: keyof typeof LIFETIMES;
}

/**
 * Where data of a person may lie: the one list. `erase_orders` in `prisma/migrations` does what it says, `docs/privacy.md`
 * is generated from it, and a test holds both against the database: every column that can hold text is here or below.
 */
export const PERSONAL_DATA = {
  orders: {
    beneficiary_name: { holds: 'for whom the credits are retired', erasure: 'replaced', lives: 'personal' },
    beneficiary_email: { holds: 'their email address', erasure: 'emptied', lives: 'personal' },
    retirement_message: { holds: 'the public message', erasure: 'emptied', lives: 'personal' },
    description: { holds: "the caller's note", erasure: 'emptied', lives: 'personal' },
    metadata: { holds: "the caller's own fields", erasure: 'emptied', lives: 'personal' },
    success_url: { holds: "the caller's page, its query included", erasure: 'emptied', lives: 'personal' },
    cancel_url: { holds: 'the same', erasure: 'emptied', lives: 'personal' },
    webhook_url: { holds: 'the same', erasure: 'emptied', lives: 'personal' },
    reference: { holds: "the caller's id for the order", erasure: 'named', lives: 'forGood' },
    labels: { holds: 'dimensions of finance, names and values', erasure: 'named', lives: 'forGood' },
    sameness: {
      holds: 'a hash over name and reference; goes with an erasure once `DUPLICATE_WINDOW_SECONDS` are over',
      erasure: 'emptied',
      lives: 'personal',
    },
    retirements: { holds: 'what the registry published', erasure: 'kept', lives: 'forGood' },
    certificate: { holds: 'addresses of the public proof', erasure: 'kept', lives: 'forGood' },
  },
  webhook_endpoints: {
    url: {
      holds: 'where events are sent, its query included',
      erasure: 'ofCallback',
      lives: 'forGood',
    },
    description: { holds: "the tenant's note", erasure: 'kept', lives: 'forGood' },
    idempotency_key: { holds: "the tenant's key", erasure: 'kept', lives: 'forGood' },
    fingerprint: { holds: 'a hash over the request', erasure: 'kept', lives: 'forGood' },
  },
  webhook_endpoint_events: {
    state: { holds: 'the address of the endpoint', erasure: 'ofCallback', lives: 'forGood' },
  },
  webhook_attempts: {
    answer: {
      holds: 'the beginning of what a receiver answered, which may repeat what it was sent',
      erasure: 'emptied',
      lives: 'records',
    },
  },
  order_events: {
    evidence: {
      holds: 'notes of operators; names in differences that builds before this list recorded',
      erasure: 'named',
      lives: 'forGood',
    },
    cause: {
      holds: "a request's id as its caller chose it; the name of an operator",
      erasure: 'named',
      lives: 'forGood',
    },
  },
  order_notes: {
    text: { holds: 'what an operator noted about the order', erasure: 'named', lives: 'forGood' },
    idempotency_key: { holds: "the operator's key for it", erasure: 'kept', lives: 'forGood' },
  },
  resolutions: {
    reason: { holds: 'why an operator decided so', erasure: 'named', lives: 'forGood' },
    decided_note: { holds: 'what the second one wrote', erasure: 'named', lives: 'forGood' },
    evidence: { holds: 'what somebody at the provider stated', erasure: 'named', lives: 'forGood' },
    idempotency_key: { holds: "the operator's key for it", erasure: 'kept', lives: 'forGood' },
    fingerprint: { holds: 'a hash over the request', erasure: 'kept', lives: 'forGood' },
  },
  budgets: {
    reason: { holds: 'why a tenant may spend so much in a month', erasure: 'kept', lives: 'forGood' },
    open_reason: { holds: 'why it is to spend more', erasure: 'kept', lives: 'forGood' },
  },
  switches: {
    reason: { holds: 'why something was switched off, as callers are told', erasure: 'kept', lives: 'forGood' },
    off_proposal: { holds: 'why it is to be turned off', erasure: 'kept', lives: 'forGood' },
    off_reason: { holds: 'why it was turned off', erasure: 'kept', lives: 'forGood' },
  },
  proofs: {
    serial: { holds: 'what a registry published, or the number of a certificate', erasure: 'kept', lives: 'forGood' },
    idempotency_key: { holds: "the operator's key for it", erasure: 'kept', lives: 'forGood' },
    fingerprint: { holds: 'a hash over the request', erasure: 'kept', lives: 'forGood' },
  },
  lot_releases: {
    reason: { holds: 'why an order does not count as proven by it any more', erasure: 'kept', lives: 'forGood' },
  },
  attempts: {
    body: { holds: 'the request as it was sent', erasure: 'emptied', lives: 'records' },
  },
  checkout_sessions: {
    url: { holds: "the provider's page, which may show the beneficiary", erasure: 'kept', lives: 'forGood' },
  },
  callbacks: {
    body: { holds: 'what came, as it came; of an erased order none is kept', erasure: 'deleted', lives: 'records' },
    body_hash: { holds: 'its hash', erasure: 'deleted', lives: 'records' },
    provider_order_id: { holds: 'the id that it names', erasure: 'deleted', lives: 'records' },
  },
  purchase_claims: {
    provider_order_id: {
      holds: 'ids that browsers and callbacks brought; those that were the order’s, or are undecided, stay',
      erasure: 'deleted',
      lives: 'records',
    },
  },
  idempotency_records: {
    response_body: { holds: 'the response as it was given', erasure: 'emptied', lives: 'records' },
    key: {
      holds: "the caller's key; what replaces it still keeps a repeat from buying",
      erasure: 'named',
      lives: 'forGood',
    },
    fingerprint: { holds: 'a hash over the request', erasure: 'kept', lives: 'forGood' },
  },
  api_keys: {
    name: { holds: 'what a key is for, or whose', erasure: 'kept', lives: 'forGood' },
  },
  tenants: {
    name: { holds: 'the company', erasure: 'kept', lives: 'forGood' },
    idempotency_key: { holds: "the operator's key for it", erasure: 'kept', lives: 'forGood' },
    fingerprint: { holds: 'a hash over the request', erasure: 'kept', lives: 'forGood' },
  },
  operators: {
    name: { holds: 'the name of an operator', erasure: 'kept', lives: 'forGood' },
    email: { holds: 'their email address', erasure: 'kept', lives: 'forGood' },
  },
  admissions: {
    name: { holds: 'what a key is for, or the name of an operator', erasure: 'kept', lives: 'forGood' },
    email: { holds: 'the email address of an operator', erasure: 'kept', lives: 'forGood' },
    idempotency_key: { holds: "the operator's key for it", erasure: 'kept', lives: 'forGood' },
    fingerprint: { holds: 'a hash over the request', erasure: 'kept', lives: 'forGood' },
  },
  operator_identities: {
    subject: { holds: 'the id of an operator at their identity provider', erasure: 'kept', lives: 'forGood' },
  },
  period_closings: {
    person: { holds: 'the id or the name of an operator', erasure: 'kept', lives: 'forGood' },
    note: { holds: 'why a month was closed or reopened', erasure: 'kept', lives: 'forGood' },
    idempotency_key: { holds: "the operator's key for it", erasure: 'kept', lives: 'forGood' },
    fingerprint: { holds: 'a hash over the request', erasure: 'kept', lives: 'forGood' },
  },
  period_export_chunks: {
    gz: {
      holds:
        'exports of a closed month, packed: no beneficiary and no reference of an order, but the labels as they were then, and what operators noted on breaks',
      erasure: 'kept',
      lives: 'forGood',
    },
  },
  far_sides: {
    confirmed_by: { holds: 'the name of an operator', erasure: 'kept', lives: 'forGood' },
  },
  statements: {
    operator: { holds: 'the name of an operator', erasure: 'kept', lives: 'forGood' },
    reversal_reason: { holds: 'why it was reversed', erasure: 'kept', lives: 'forGood' },
    idempotency_key: { holds: "the caller's key", erasure: 'kept', lives: 'forGood' },
    fingerprint: { holds: 'a hash over the request', erasure: 'kept', lives: 'forGood' },
  },
  statement_chunks: {
    gz: { holds: "the provider's document, as it was received", erasure: 'kept', lives: 'forGood' },
  },
  statement_lines: {
    description: { holds: 'what the provider wrote on the line', erasure: 'kept', lives: 'forGood' },
    reference: { holds: "the provider's note of whose order it is", erasure: 'kept', lives: 'forGood' },
  },
  provider_records: {
    reference: { holds: "the provider's note of whose purchase it is", erasure: 'kept', lives: 'reconciliation' },
  },
  reconciliations: {
    operator: { holds: 'the name of an operator', erasure: 'kept', lives: 'forGood' },
  },
  breaks: {
    proposal: { holds: 'what an operator proposes, with a note', erasure: 'kept', lives: 'forGood' },
  },
  break_events: {
    operator: { holds: 'the name of an operator', erasure: 'kept', lives: 'forGood' },
    note: { holds: 'why an operator decided so', erasure: 'kept', lives: 'forGood' },
  },
  audit_log: {
    operator: { holds: 'the name of an operator', erasure: 'kept', lives: 'forGood' },
    reason: { holds: 'why data was erased, as in `erasures`', erasure: 'kept', lives: 'forGood' },
  },
  erasures: {
    operator: { holds: 'the name of an operator', erasure: 'kept', lives: 'forGood' },
    reason: { holds: 'why; refused where it names the person', erasure: 'kept', lives: 'forGood' },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, PersonalColumn>>>>;

/**
 * Columns that can hold text and hold nothing of a person, separated by spaces: ids, words, hashes of secrets, what
 * providers offer.
 */
export const NOT_PERSONAL: Readonly<Record<string, string>> = {
  tenants: 'id provider_accounts callback_secrets made_by_key_id',
  webhook_endpoints: 'id tenant_id types origin secrets disabled_reason',
  webhook_endpoint_events: 'id endpoint_id tenant_id type',
  webhook_deliveries: 'id endpoint_id tenant_id event_id order_id state',
  webhook_attempts: 'delivery_id error',
  feed_readers: 'name subject',
  api_keys: 'id tenant_id operator_id secret_hash scopes',
  operators: 'id role',
  order_notes: 'id order_id operator_id key_id',
  order_owners: 'order_id operator_id',
  resolutions:
    'id order_id decision state findings accepted proposed_by proposed_key_id decided_by decided_findings refusal',
  budgets: 'tenant_id set_by proposed_by open_by',
  switches: 'id provider tenant_id operation owner_id off_proposed_by off_by',
  admissions:
    'id kind state key_id secret_hash tenant_id scopes operator_id role proposed_by proposed_key_id decided_by',
  operator_identities: 'issuer operator_id key_id',
  operator_sessions: 'id token_hash operator_id key_id',
  orders:
    'id tenant_id api_key_id offer_id status status_reason status_detail provider provider_offering_id offering_name ' +
    'provider_order_id provider_status provider_account payment_method routing price_currency price_source ' +
    'quoted_currency max_total_currency review_reason callback_token_hash return_token_hash pool_role',
  order_events: 'id order_id tenant_id state type from_status to_status source provider_status',
  order_status_moves: 'from_status to_status',
  attempts: 'order_id operation idempotency_key outcome reason upstream_code far_side',
  checkout_sessions: 'order_id provider session_id status',
  callbacks: 'order_id provider',
  purchase_claims: 'order_id verdict source',
  idempotency_records: 'tenant_id operation order_id',
  quotes: 'id tenant_id unavailable fx',
  offers: 'id quote_id provider provider_offering_id offering_name payment_method currency firmness',
  periods: 'id status',
  period_closings: 'period_id act key_id checklist journal_hash previous_hash statements',
  period_balances: 'period_id tenant_id provider asset account',
  period_exports: 'period_id kind tenant_id header sha256 missing',
  period_export_chunks: 'period_id kind tenant_id',
  finance_rates: 'functional currency source',
  line_allocations: 'statement_id order_id break_id',
  ledger_transfers: 'source rule period_id tenant_id provider order_id asset debit credit',
  credit_lots: 'registry block',
  proofs:
    'id order_id of_proof_id registry block registry_project_id outcome disagreeing document_sha256 operator_id key_id',
  lot_claims: 'proof_id order_id',
  lot_releases: 'proof_id operator_id',
  project_facts:
    'id registry registry_project_id name country standard methodology activity sink source operator_id key_id',
  spending: 'subject_id',
  pools: 'id tenant_id beneficiary provider provider_offering_id offering_name status order_id',
  pool_members: 'order_id pool_id',
  tasks: 'subject_id kind',
  processes: 'name',
  quota_buckets: 'provider limit',
  quota_turns: 'provider tenant_id',
  provider_health: 'provider operation_class pause_reason',
  provider_calls: 'provider operation outcome durations',
  far_sides: 'id provider address environment account',
  database_environment: 'environment',
  erasures: 'id chosen_by order_ids counts',
  statements: 'id provider document number currency mapping file_sha256 status errors kinds key_id',
  statement_chunks: 'statement_id',
  statement_lines: 'statement_id line_key kind provider_order_id project_id order_id',
  provider_snapshots: 'id provider account coverage cursor',
  provider_records: 'snapshot_id provider_order_id state provider_state currency',
  reconciliations:
    'id provider account period_id snapshot_id status failure legs input_hash counts result_hash same_as key_id',
  findings: 'run_id break_key new_id type severity subject order_id statement_id facts facts_hash',
  breaks:
    'id break_key type severity provider account subject tenant_id order_id statement_id period_id facts facts_hash status assignee resolution linked_order_id resolved_by approved_by first_run last_run',
  break_events: 'break_id act run_id key_id operator_id resolution detail',
  audit_log: 'id key_id request_id operator_id session_id act subject before after outcome problem_code hash',
  _prisma_migrations: 'id checksum migration_name logs',
};

/** The list as rows of a document. */
export const personalDataRows = (): readonly (readonly [
  column: string,
  holds: string,
  erasure: string,
  lives: string,
])[] =>
  Object.entries(PERSONAL_DATA).flatMap(([table, columns]) =>
    Object.entries<PersonalColumn>(columns).map(
      ([column, { holds, erasure, lives }]) =>
        [`${table}.${column}`, holds, AFTER_ERASURE[erasure], LIFETIMES[lives]] as const,
    ),
  );

/** What no erasure here can reach. Whoever asks for one is told. */
export const BEYOND_REACH =
  'What a registry has published (beneficiary and message) cannot be recalled, and each provider keeps its own record: ask it, by provider_order_id, to erase that. Backups of the database keep the data until they are deleted.';
