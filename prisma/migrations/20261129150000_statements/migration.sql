-- Statements: what providers invoice, credit and were paid, line by line (docs/finance.md).

-- A file and its lines are written while it arrives; that they are a statement, only its row here says, which comes last.
-- Lines and pieces without such a row, or with that of a refused one, are nothing, and are pruned after a day.
CREATE TABLE statements (
  id              TEXT NOT NULL,
  provider        TEXT NOT NULL,
  document        TEXT NOT NULL,
  -- The provider's.
  number          TEXT NOT NULL,
  issued_on       DATE NOT NULL,
  covers_from     DATE,
  covers_to       DATE,
  currency        TEXT NOT NULL,
  mapping         TEXT NOT NULL,
  -- Of the file, as it was received.
  file_sha256     BYTEA NOT NULL,
  declared_lines  INTEGER NOT NULL,
  -- Money is in millionths of the currency everywhere in these tables.
  declared_net    BIGINT NOT NULL,
  declared_tax    BIGINT NOT NULL,
  status          TEXT NOT NULL,
  -- What a refused file breaks, as [{line, column, rule}]; empty where it only does not come to what was declared.
  errors          JSONB NOT NULL,
  -- What its lines come to, by kind: [{kind, lines, net, tax}].
  kinds           JSONB NOT NULL,
  -- Who uploaded it: an API key, or a person at the command line.
  key_id          TEXT,
  operator        TEXT,
  -- As it was sent with the upload, and SHA-256 of what was declared with it: a repeat makes no second one.
  idempotency_key TEXT,
  fingerprint     BYTEA,
  -- When its first bytes came, and when its row was made.
  started_at      TIMESTAMPTZ(3) NOT NULL,
  created_at      TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  accepted_at     TIMESTAMPTZ(3),
  reversed_at     TIMESTAMPTZ(3),
  reversal_reason TEXT,

  CONSTRAINT statements_pkey PRIMARY KEY (id),
  CONSTRAINT statements_document CHECK (document IN ('invoice', 'credit_note', 'payments')),
  CONSTRAINT statements_currency CHECK (currency IN ('USD', 'GBP', 'EUR')),
  CONSTRAINT statements_covers CHECK (covers_from <= covers_to),
  CONSTRAINT statements_status CHECK (status IN ('refused', 'checked', 'accepted', 'reversed')),
  CONSTRAINT statements_has_uploader CHECK (num_nonnulls(key_id, operator) = 1),
  CONSTRAINT statements_reversed CHECK ((status = 'reversed') = (reversal_reason IS NOT NULL))
);
CREATE UNIQUE INDEX statements_key_id_idempotency_key_key ON statements (key_id, idempotency_key);
-- One file and one number count once. What was reversed may come again.
CREATE UNIQUE INDEX statements_one_file ON statements (provider, file_sha256) WHERE status IN ('checked', 'accepted');
CREATE UNIQUE INDEX statements_one_number ON statements (provider, number) WHERE status IN ('checked', 'accepted');

-- The file as it was received, in pieces, each packed by itself (gzip).
CREATE TABLE statement_chunks (
  statement_id TEXT NOT NULL,
  n            INTEGER NOT NULL,
  gz           BYTEA NOT NULL,
  created_at   TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT statement_chunks_pkey PRIMARY KEY (statement_id, n)
);
CREATE INDEX statement_chunks_created_at_idx ON statement_chunks (created_at) WHERE n = 0;

CREATE TABLE statement_lines (
  statement_id      TEXT NOT NULL,
  -- Where it begins in the file.
  line              INTEGER NOT NULL,
  -- The same line has the same key in every file.
  line_key          BYTEA NOT NULL,
  kind              TEXT NOT NULL,
  provider_order_id TEXT,
  reference         TEXT,
  project_id        TEXT,
  -- The order that id and reference named when the line was read; null for none, or if they named two.
  order_id          TEXT,
  grams             BIGINT,
  net_units         BIGINT NOT NULL,
  tax_units         BIGINT NOT NULL,
  occurred_on       DATE NOT NULL,
  description       TEXT,

  CONSTRAINT statement_lines_pkey PRIMARY KEY (statement_id, line),
  CONSTRAINT statement_lines_kind CHECK (kind IN ('charge', 'credit', 'fee', 'payment')),
  CONSTRAINT statement_lines_sizes CHECK (net_units >= 0 AND tax_units >= 0 AND grams >= 0)
);
CREATE INDEX statement_lines_line_key_idx ON statement_lines (line_key);
CREATE INDEX statement_lines_order_id_idx ON statement_lines (order_id) WHERE order_id IS NOT NULL;

CREATE TRIGGER not_truncated BEFORE TRUNCATE ON statements FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON statement_chunks FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON statement_lines FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- Whether an upload has become a statement, of which nothing goes and to which nothing is added.
CREATE FUNCTION is_statement(p_id text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM statements s WHERE s.id = p_id AND s.status <> 'refused')
$$;

CREATE FUNCTION statement_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT is_statement(OLD.statement_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER statement_is_kept BEFORE UPDATE OR DELETE ON statement_chunks
  FOR EACH ROW EXECUTE FUNCTION statement_is_kept();
CREATE TRIGGER statement_is_kept BEFORE UPDATE OR DELETE ON statement_lines
  FOR EACH ROW EXECUTE FUNCTION statement_is_kept();

CREATE FUNCTION statement_is_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM statements s WHERE s.id IN (SELECT DISTINCT a.statement_id FROM added a)) THEN
    RAISE EXCEPTION 'a statement takes no more into %', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER statement_is_closed AFTER INSERT ON statement_chunks REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION statement_is_closed();
CREATE TRIGGER statement_is_closed AFTER INSERT ON statement_lines REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION statement_is_closed();

-- A statement is what was declared of it, to the unit, and only its status moves.
CREATE FUNCTION statement_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'statements are kept' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.status = 'refused' THEN
      RETURN NEW;
    END IF;
    IF NEW.status <> 'checked' OR NOT EXISTS (
      SELECT FROM (
        SELECT count(*) AS lines,
               sum(CASE WHEN NEW.document = 'invoice' AND l.kind = 'credit' THEN -l.net_units ELSE l.net_units END) AS net,
               sum(CASE WHEN NEW.document = 'invoice' AND l.kind = 'credit' THEN -l.tax_units ELSE l.tax_units END) AS tax
        FROM statement_lines l WHERE l.statement_id = NEW.id) kept
      WHERE (kept.lines, kept.net, kept.tax) = (NEW.declared_lines, NEW.declared_net, NEW.declared_tax)) THEN
      RAISE EXCEPTION 'the lines of statement % do not come to what was declared', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF to_jsonb(NEW) - '{status,accepted_at,reversed_at,reversal_reason}'::text[]
     <> to_jsonb(OLD) - '{status,accepted_at,reversed_at,reversal_reason}'::text[]
     OR (OLD.status, NEW.status) NOT IN (('checked', 'accepted'), ('checked', 'reversed'), ('accepted', 'reversed')) THEN
    RAISE EXCEPTION 'statement % does not become %', OLD.id, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  -- Of two files that overlap and came at the same time, neither knew of the other.
  IF NEW.status = 'accepted' THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('statement_lines of ' || NEW.provider, 0));
    IF EXISTS (
      SELECT FROM statements s
      JOIN statement_lines theirs ON theirs.statement_id = s.id
      JOIN statement_lines mine ON mine.line_key = theirs.line_key AND mine.statement_id = NEW.id
      WHERE s.provider = NEW.provider AND s.id <> NEW.id AND s.status = 'accepted' AND s.created_at >= NEW.started_at) THEN
      RAISE EXCEPTION 'lines of statement % are in another one', NEW.id
        USING ERRCODE = 'unique_violation', CONSTRAINT = 'statement_lines_once';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER statement_moves BEFORE INSERT OR UPDATE OR DELETE ON statements
  FOR EACH ROW EXECUTE FUNCTION statement_moves();

-- What was uploaded and came to nothing: interrupted, or refused. At most so many rows; the first piece of a file goes last.
CREATE FUNCTION prune_uploads(p_days int, p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  due text;
  gone int;
  done int := 0;
BEGIN
  FOR due IN
    SELECT c.statement_id FROM statement_chunks c
    WHERE c.n = 0 AND c.created_at < now() - GREATEST(p_days, 1) * interval '1 day' AND NOT is_statement(c.statement_id)
    ORDER BY c.created_at LIMIT p_limit FOR UPDATE SKIP LOCKED
  LOOP
    DELETE FROM statement_lines l WHERE l.statement_id = due AND l.line IN (
      SELECT line FROM statement_lines WHERE statement_id = due LIMIT p_limit - done);
    GET DIAGNOSTICS gone = ROW_COUNT;
    done := done + gone;
    DELETE FROM statement_chunks c WHERE c.statement_id = due AND c.n IN (
      SELECT n FROM statement_chunks WHERE statement_id = due ORDER BY n DESC LIMIT p_limit - done);
    GET DIAGNOSTICS gone = ROW_COUNT;
    done := done + gone;
    EXIT WHEN done >= p_limit;
  END LOOP;
  RETURN done;
END $$;

REVOKE EXECUTE ON FUNCTION prune_uploads(int, int) FROM PUBLIC;

-- Beside all that there were.
DO $$
DECLARE
  known CONSTANT text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'audit_log_act');
BEGIN
  ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
  EXECUTE 'ALTER TABLE audit_log ADD CONSTRAINT audit_log_act ' || replace(known, ']))',
    ', ''statement.upload''::text, ''statement.accept''::text, ''statement.reverse''::text]))');
END $$;
