-- Reconciliation: our orders beside the provider's list and its statements, and what people make of the differences
-- (docs/finance.md). Money is in millionths of its currency, as in statements and the ledger.

-- The provider's own list, as it was read once.
CREATE TABLE provider_snapshots (
  id           TEXT NOT NULL,
  provider     TEXT NOT NULL,
  -- One of its own, of a tenant; null: the gateway's.
  account      TEXT,
  -- known_only: the provider lists nothing, so each purchase that we know of was read again.
  coverage     TEXT NOT NULL,
  -- How far back it was read.
  created_from TIMESTAMPTZ(3) NOT NULL,
  -- Where reading goes on; null before the first page.
  cursor       TEXT,
  -- Rows of the whole list by the latest page, where the provider tells.
  total        INTEGER,
  pages        INTEGER NOT NULL DEFAULT 0,
  -- Rows that could not be read: with any, absence from the list proves nothing.
  unread       INTEGER NOT NULL DEFAULT 0,
  restarts     INTEGER NOT NULL DEFAULT 0,
  -- Pages in a row that could not be had.
  failures     INTEGER NOT NULL DEFAULT 0,
  started_at   TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  -- Read to its end.
  ended_at     TIMESTAMPTZ(3),

  CONSTRAINT provider_snapshots_pkey PRIMARY KEY (id),
  CONSTRAINT provider_snapshots_coverage CHECK (coverage IN ('complete', 'known_only'))
);
CREATE INDEX provider_snapshots_provider_started_at_idx ON provider_snapshots (provider, started_at);

CREATE TABLE provider_records (
  snapshot_id       TEXT NOT NULL,
  -- Of those of the latest one the snapshot is made: `restarts` of it.
  round             INTEGER NOT NULL,
  provider_order_id TEXT NOT NULL,
  reference         TEXT,
  state             TEXT NOT NULL,
  -- The provider's own word.
  provider_state    TEXT NOT NULL,
  grams             BIGINT,
  -- Tax included.
  gross_units       NUMERIC(24, 0),
  currency          TEXT,
  created_at        TIMESTAMPTZ(3),

  CONSTRAINT provider_records_pkey PRIMARY KEY (snapshot_id, round, provider_order_id),
  CONSTRAINT provider_records_state CHECK (state IN ('open', 'retired', 'undone'))
);

CREATE TABLE reconciliations (
  id            TEXT NOT NULL,
  provider      TEXT NOT NULL,
  account       TEXT,
  period_id     TEXT NOT NULL,
  cut_off_at    TIMESTAMPTZ(3) NOT NULL,
  -- Finds, and changes no break.
  dry_run       BOOLEAN NOT NULL,
  -- Reads the provider anew, however young the last snapshot is.
  fresh         BOOLEAN NOT NULL,
  snapshot_id   TEXT,
  rules_version INTEGER NOT NULL,
  status        TEXT NOT NULL DEFAULT 'collecting',
  -- Why it failed.
  failure       TEXT,
  -- How often comparing was begun; the findings of the latest one count.
  tries         INTEGER NOT NULL DEFAULT 0,
  -- What it compared, and its hash: the same comparison is not made twice.
  legs          JSONB,
  input_hash    BYTEA,
  counts        JSONB,
  result_hash   BYTEA,
  -- The run that had compared the same before: it is the answer.
  same_as       TEXT,
  -- Who started it: an API key, or a person at the command line.
  key_id        TEXT,
  operator      TEXT,
  started_at    TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ended_at      TIMESTAMPTZ(3),

  CONSTRAINT reconciliations_pkey PRIMARY KEY (id),
  CONSTRAINT reconciliations_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT reconciliations_status CHECK (status IN ('collecting', 'matching', 'completed', 'failed')),
  CONSTRAINT reconciliations_ended CHECK ((status IN ('completed', 'failed')) = (ended_at IS NOT NULL)),
  CONSTRAINT reconciliations_has_starter CHECK (num_nonnulls(key_id, operator) = 1)
);
-- One at a time for each list.
CREATE UNIQUE INDEX reconciliations_one_at_work ON reconciliations (provider, COALESCE(account, ''))
  WHERE status IN ('collecting', 'matching');
CREATE INDEX reconciliations_provider_period_id_cut_off_at_idx ON reconciliations (provider, period_id, cut_off_at);
CREATE INDEX reconciliations_input_hash_idx ON reconciliations (input_hash);

-- What a run saw.
CREATE TABLE findings (
  run_id            TEXT NOT NULL,
  try               INTEGER NOT NULL,
  break_key         BYTEA NOT NULL,
  -- For the break, if it is the first finding of it.
  new_id            TEXT NOT NULL,
  type              TEXT NOT NULL,
  severity          TEXT NOT NULL,
  subject           TEXT NOT NULL,
  order_id          TEXT,
  statement_id      TEXT,
  line_no           INTEGER,
  facts             JSONB NOT NULL,
  facts_hash        BYTEA NOT NULL,

  CONSTRAINT findings_pkey PRIMARY KEY (run_id, try, break_key)
);

CREATE TRIGGER not_truncated BEFORE TRUNCATE ON provider_snapshots FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON provider_records FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON reconciliations FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON findings FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- A difference, known by what it is about: it survives the runs that see it.
CREATE TABLE breaks (
  id              TEXT NOT NULL,
  break_key       BYTEA NOT NULL,
  type            TEXT NOT NULL,
  severity        TEXT NOT NULL,
  provider        TEXT NOT NULL,
  account         TEXT,
  -- An order, the provider's id of a purchase, or a line of a statement.
  subject         TEXT NOT NULL,
  tenant_id       TEXT,
  order_id        TEXT,
  statement_id    TEXT,
  line_no         INTEGER,
  -- In which it was first seen.
  period_id       TEXT NOT NULL,
  facts           JSONB NOT NULL,
  facts_hash      BYTEA NOT NULL,
  status          TEXT NOT NULL DEFAULT 'open',
  assignee        TEXT,
  waiting_until   DATE,
  -- What people decided, and the order that they named.
  resolution      TEXT,
  linked_order_id TEXT,
  resolved_by     TEXT,
  approved_by     TEXT,
  -- What one person decided and another has to approve: {resolution, note, order_id, by, at}.
  proposal        JSONB,
  -- Acts of people; those of runs do not count.
  version         INTEGER NOT NULL DEFAULT 0,
  first_run       TEXT NOT NULL,
  last_run        TEXT NOT NULL,
  -- Of the latest run that saw it: an earlier one says nothing new.
  cut_off_at      TIMESTAMPTZ(3) NOT NULL,
  opened_at       TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ended_at        TIMESTAMPTZ(3),

  CONSTRAINT breaks_pkey PRIMARY KEY (id),
  CONSTRAINT breaks_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT breaks_severity CHECK (severity IN ('blocking', 'warning', 'info')),
  CONSTRAINT breaks_status CHECK (status IN ('open', 'waiting', 'resolved', 'cleared')),
  CONSTRAINT breaks_waiting CHECK ((status = 'waiting') = (waiting_until IS NOT NULL)),
  CONSTRAINT breaks_resolved CHECK ((status = 'resolved') = (resolution IS NOT NULL)),
  CONSTRAINT breaks_proposal CHECK (proposal IS NULL OR status IN ('open', 'waiting')),
  CONSTRAINT breaks_two_people CHECK (approved_by <> resolved_by)
);
CREATE UNIQUE INDEX breaks_break_key_key ON breaks (break_key);
CREATE INDEX breaks_status_id_idx ON breaks (status, id);
CREATE INDEX breaks_provider_subject_idx ON breaks (provider, subject);
CREATE INDEX breaks_order_id_idx ON breaks (order_id);
CREATE INDEX breaks_statement_id_line_no_idx ON breaks (statement_id, line_no);
CREATE TRIGGER not_deleted BEFORE DELETE ON breaks FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON breaks FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

CREATE TABLE break_events (
  break_id    TEXT NOT NULL,
  sequence    INTEGER NOT NULL,
  act         TEXT NOT NULL,
  -- Of the run that did it; of people one of the rest.
  run_id      TEXT,
  key_id      TEXT,
  operator_id TEXT,
  operator    TEXT,
  note        TEXT,
  resolution  TEXT,
  -- What is left of it: facts before and after, until when, who has it, what was posted.
  detail      JSONB NOT NULL,
  at          TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT break_events_pkey PRIMARY KEY (break_id, sequence),
  CONSTRAINT break_events_break_id_fkey FOREIGN KEY (break_id) REFERENCES breaks (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT break_events_act CHECK (act IN ('opened', 'changed', 'reopened', 'cleared', 'assigned', 'waited', 'proposed', 'resolved', 'approved')),
  CONSTRAINT break_events_by CHECK (num_nonnulls(run_id, COALESCE(key_id, operator)) = 1)
);
CREATE TRIGGER break_events_append_only BEFORE UPDATE OR DELETE ON break_events
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON break_events FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- As before, with what people may do in finance.
CREATE OR REPLACE FUNCTION may_act(p_operator text, p_scope text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  r text;
BEGIN
  SELECT p.role INTO r FROM operators p WHERE p.id = p_operator AND p.disabled_at IS NULL FOR SHARE;
  RETURN COALESCE(r = ANY (CASE p_scope
    WHEN 'ops' THEN ARRAY['viewer', 'operator', 'approver', 'admin']
    WHEN 'finance:read' THEN ARRAY['viewer', 'operator', 'approver', 'admin']
    WHEN 'ops:act' THEN ARRAY['operator', 'approver', 'admin']
    WHEN 'finance:write' THEN ARRAY['operator', 'approver', 'admin']
    WHEN 'ops:approve' THEN ARRAY['approver', 'admin']
    WHEN 'finance:approve' THEN ARRAY['approver', 'admin']
    WHEN 'ops:admin' THEN ARRAY['admin'] END), false);
END $$;

-- Who approves is another person than who decided, and both may, at that moment.
CREATE FUNCTION break_takes_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.approved_by IS NOT NULL AND NEW.approved_by IS DISTINCT FROM OLD.approved_by
     AND (NEW.resolved_by IS NULL OR OLD.proposal ->> 'by' IS DISTINCT FROM NEW.resolved_by
          OR NOT may_act(NEW.approved_by, 'finance:approve') OR NOT may_act(NEW.resolved_by, 'finance:write')) THEN
    RAISE EXCEPTION 'break % takes people who may decide on it', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'breaks_take_people';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER break_takes_people BEFORE UPDATE ON breaks FOR EACH ROW EXECUTE FUNCTION break_takes_people();

-- Beside all that there were.
DO $$
DECLARE
  known CONSTANT text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'audit_log_act');
BEGIN
  ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
  EXECUTE 'ALTER TABLE audit_log ADD CONSTRAINT audit_log_act ' || replace(known, ']))',
    ', ''reconciliation.start''::text, ''break.assign''::text, ''break.wait''::text, ''break.propose''::text, ''break.resolve''::text, ''break.approve''::text]))');
END $$;
