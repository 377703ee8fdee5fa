-- Closing of months: who closed and reopened them, what was on each account then, and their exports, byte for byte.

-- One for each act. Written within the act, last but for the period itself, so what a closing keeps is sealed by its row.
CREATE TABLE period_closings (
  period_id       TEXT NOT NULL,
  -- Of the closing; a reopening has that of the closing it undoes.
  version         INT NOT NULL,
  act             TEXT NOT NULL,
  -- The operator, or at the command line the name that was given.
  person          TEXT NOT NULL,
  -- Null at the command line.
  key_id          TEXT,
  note            TEXT NOT NULL,
  at              TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
  -- What was checked, and how each check ended. Of a reopening none.
  checklist       JSONB NOT NULL DEFAULT '[]',
  -- SHA-256 over the hash of the closing before, whichever month it was of, and that of this journal. Null of a reopening.
  journal_hash    BYTEA,
  -- Null of the first closing.
  previous_hash   BYTEA,
  idempotency_key TEXT,
  fingerprint     BYTEA,

  CONSTRAINT period_closings_pkey PRIMARY KEY (period_id, version, act),
  CONSTRAINT period_closings_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT period_closings_act CHECK (act IN ('closed', 'reopened')),
  CONSTRAINT period_closings_version CHECK (version > 0),
  CONSTRAINT period_closings_hash CHECK ((act = 'closed') = (journal_hash IS NOT NULL)),
  CONSTRAINT period_closings_key CHECK ((idempotency_key IS NULL) = (fingerprint IS NULL))
);
-- One act for one key of one person.
CREATE UNIQUE INDEX period_closings_person_idempotency_key_key ON period_closings (person, idempotency_key);

-- What was on each account when a month was closed; nothing stands for no tenant.
CREATE TABLE period_balances (
  period_id TEXT NOT NULL,
  version   INT NOT NULL,
  tenant_id TEXT NOT NULL,
  provider  TEXT NOT NULL,
  asset     TEXT NOT NULL,
  account   TEXT NOT NULL,
  opening   NUMERIC(30, 0) NOT NULL,
  debits    NUMERIC(30, 0) NOT NULL,
  credits   NUMERIC(30, 0) NOT NULL,
  closing   NUMERIC(30, 0) NOT NULL,

  CONSTRAINT period_balances_pkey PRIMARY KEY (period_id, version, tenant_id, provider, asset, account),
  CONSTRAINT period_balances_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT period_balances_add_up CHECK (closing = opening + debits - credits)
);

-- The exports of a closing: of all tenants (nothing for the tenant), and what each tenant has of them.
CREATE TABLE period_exports (
  period_id TEXT NOT NULL,
  version   INT NOT NULL,
  kind      TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  -- The first line, with the names of the columns.
  header    TEXT NOT NULL,
  rows      INT NOT NULL,
  sha256    BYTEA NOT NULL,
  -- How many rows lack each of the fields that were not known.
  missing   JSONB NOT NULL,

  CONSTRAINT period_exports_pkey PRIMARY KEY (period_id, version, kind, tenant_id),
  CONSTRAINT period_exports_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods (id)
    ON DELETE RESTRICT ON UPDATE CASCADE
);

-- Their lines after the first, packed, in order. Each is of one tenant.
CREATE TABLE period_export_chunks (
  period_id TEXT NOT NULL,
  version   INT NOT NULL,
  kind      TEXT NOT NULL,
  n         INT NOT NULL,
  tenant_id TEXT NOT NULL,
  gz        BYTEA NOT NULL,

  CONSTRAINT period_export_chunks_pkey PRIMARY KEY (period_id, version, kind, n),
  CONSTRAINT period_export_chunks_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods (id)
    ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TRIGGER period_closings_append_only BEFORE UPDATE OR DELETE ON period_closings
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER period_balances_append_only BEFORE UPDATE OR DELETE ON period_balances
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER period_exports_append_only BEFORE UPDATE OR DELETE ON period_exports
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER period_export_chunks_append_only BEFORE UPDATE OR DELETE ON period_export_chunks
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON period_closings FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON period_balances FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON period_exports FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON period_export_chunks FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- What a closing keeps is complete with its row: nothing is added to it.
CREATE FUNCTION closing_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sealed text;
BEGIN
  SELECT c.period_id INTO sealed FROM period_closings c
  WHERE c.act = 'closed' AND (c.period_id, c.version) IN (SELECT a.period_id, a.version FROM added a) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the closing of period % is sealed', sealed USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_is_sealed';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER closing_is_sealed AFTER INSERT ON period_balances
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION closing_is_sealed();
CREATE TRIGGER closing_is_sealed AFTER INSERT ON period_exports
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION closing_is_sealed();
CREATE TRIGGER closing_is_sealed AFTER INSERT ON period_export_chunks
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION closing_is_sealed();

-- A month is opened once, with bounds that stay, and closed and reopened on record only: by a transaction that has written
-- into `period_closings` which version it is, and who did it.
CREATE FUNCTION period_moves_on_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'open' OR NEW.version <> 0 THEN
      RAISE EXCEPTION 'period % has to begin open', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
  END IF;
  IF (NEW.id, NEW.starts_at, NEW.ends_at) IS DISTINCT FROM (OLD.id, OLD.starts_at, OLD.ends_at)
    OR NEW.status = OLD.status AND NEW.version <> OLD.version THEN
    RAISE EXCEPTION 'period % stays as it is', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status <> OLD.status AND (
    NEW.version <> OLD.version + (NEW.status = 'closed')::int
    OR NOT EXISTS (
      SELECT FROM period_closings c WHERE c.period_id = NEW.id AND c.version = NEW.version
        AND c.act = CASE NEW.status WHEN 'closed' THEN 'closed' ELSE 'reopened' END)) THEN
    RAISE EXCEPTION 'period % is closed and reopened on record only', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER period_moves_on_record AFTER INSERT OR UPDATE ON periods
  FOR EACH ROW EXECUTE FUNCTION period_moves_on_record();

-- What a unit of a currency is in the currency of the books, on a day: what people have entered, for exports alone.
CREATE TABLE finance_rates (
  functional TEXT NOT NULL,
  currency   TEXT NOT NULL,
  on_date    DATE NOT NULL,
  rate       NUMERIC(20, 10) NOT NULL,
  source     TEXT NOT NULL,

  CONSTRAINT finance_rates_pkey PRIMARY KEY (functional, currency, on_date),
  CONSTRAINT finance_rates_functional CHECK (functional IN ('USD', 'GBP', 'EUR')),
  CONSTRAINT finance_rates_currency CHECK (currency IN ('USD', 'GBP', 'EUR') AND currency <> functional),
  CONSTRAINT finance_rates_rate CHECK (rate > 0)
);
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON finance_rates FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- The acts of the audit, and these.
DO $$
DECLARE
  known CONSTANT text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'audit_log_act');
BEGIN
  ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
  EXECUTE 'ALTER TABLE audit_log ADD CONSTRAINT audit_log_act ' || replace(known, ']))',
    ', ''period.close''::text, ''period.reopen''::text, ''finance_rate.set''::text]))');
END $$;
