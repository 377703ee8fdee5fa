-- The ledger: mass and money of every order, as transfers that follow from its events, and the months they belong to.

-- Months of the books. Where one ends, the next begins, also where FINANCE_TIME_ZONE has changed in between.
CREATE TABLE periods (
  -- 2026-11
  id        TEXT NOT NULL,
  starts_at TIMESTAMPTZ(3) NOT NULL,
  ends_at   TIMESTAMPTZ(3) NOT NULL,
  status    TEXT NOT NULL DEFAULT 'open',
  version   INT NOT NULL DEFAULT 0,

  CONSTRAINT periods_pkey PRIMARY KEY (id),
  CONSTRAINT periods_are_months CHECK (id ~ '^\d{4}-(0[1-9]|1[0-2])$' AND ends_at > starts_at),
  CONSTRAINT periods_status CHECK (status IN ('open', 'closed')),
  CONSTRAINT periods_do_not_overlap EXCLUDE USING gist (tstzrange(starts_at, ends_at) WITH &&)
);
CREATE TRIGGER not_deleted BEFORE DELETE ON periods FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON periods FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- A row is one debit and one credit of the same amount: what is out of balance cannot be written. Source, its number and the
-- leg name what it follows from, so it is posted once, however often and by whomever it is tried.
CREATE TABLE ledger_transfers (
  -- An order; later a statement, a break, a pool.
  source       TEXT NOT NULL,
  -- Sequence of the event; later number of the line, of the decision.
  source_seq   INT NOT NULL,
  leg          SMALLINT NOT NULL,
  rule         TEXT NOT NULL,
  period_id    TEXT NOT NULL,
  -- When it happened. Where its month was closed already, the period is a later one.
  effective_at TIMESTAMPTZ(3) NOT NULL,
  posted_at    TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  -- Null where it is of no tenant: a fee, a line that nobody has placed yet.
  tenant_id    TEXT,
  provider     TEXT NOT NULL,
  order_id     TEXT,
  asset        TEXT NOT NULL,
  debit        TEXT NOT NULL,
  credit       TEXT NOT NULL,
  -- Whole: grams, or millionths of the currency. Any price that an order can have fits.
  units        NUMERIC(24, 0) NOT NULL,

  CONSTRAINT ledger_transfers_pkey PRIMARY KEY (source, source_seq, leg),
  CONSTRAINT ledger_transfers_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT ledger_transfers_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT ledger_transfers_asset CHECK (asset IN ('CO2E/0', 'USD/6', 'GBP/6', 'EUR/6')),
  CONSTRAINT ledger_transfers_units CHECK (units > 0),
  CONSTRAINT ledger_transfers_accounts CHECK (
    debit <> credit
    AND CASE WHEN asset = 'CO2E/0'
        THEN ARRAY[debit, credit] <@ ARRAY['provider', 'on_order', 'retired', 'proven', 'pool', 'written_off']
        ELSE ARRAY[debit, credit] <@ ARRAY['commitment', 'commitment_contra', 'expense', 'clearing', 'payable', 'tax', 'fees',
          'difference', 'suspense', 'refund_due', 'settled', 'pool_cost', 'customer_paid', 'customer_paid_contra'] END)
);
CREATE INDEX ledger_transfers_order_id_idx ON ledger_transfers (order_id);
CREATE INDEX ledger_transfers_period_id_source_source_seq_leg_idx ON ledger_transfers (period_id, source, source_seq, leg);
CREATE INDEX ledger_transfers_tenant_id_source_source_seq_leg_idx ON ledger_transfers (tenant_id, source, source_seq, leg);

CREATE TRIGGER ledger_transfers_append_only BEFORE UPDATE OR DELETE ON ledger_transfers
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON ledger_transfers FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- Closed is closed. Who closes a period takes its row for itself, and waits for those who post to it, as they do for the
-- closing. The owner's, because who posts may not lock a period.
CREATE FUNCTION period_is_open() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  closed text;
BEGIN
  PERFORM FROM periods p WHERE p.id IN (SELECT a.period_id FROM added a) ORDER BY p.id FOR SHARE;
  SELECT p.id INTO closed FROM periods p WHERE p.status <> 'open' AND p.id IN (SELECT a.period_id FROM added a) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'period % is closed', closed USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfers_period_is_open';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_transfers_period_is_open AFTER INSERT ON ledger_transfers
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION period_is_open();
REVOKE EXECUTE ON FUNCTION period_is_open() FROM PUBLIC;

-- The ledger begins with the first event that is on record.
INSERT INTO feed_readers (name) VALUES ('ledger');
