-- What keys and people decided, applied and refused: one row an act, each with a hash over itself and the row before it,
-- so that nothing of it can be changed, taken out or put in between without a trace. What it may say of an act is a table
-- in src/domain/audit/acts.ts; none of it is personal data, because nothing can be erased here.

CREATE TABLE audit_log (
  -- 1, 2, 3, … without a gap.
  number       BIGINT NOT NULL,
  id           TEXT NOT NULL,
  at           TIMESTAMPTZ(3) NOT NULL,
  -- Who: a key by a request, or a person at the command line.
  key_id       TEXT,
  request_id   TEXT,
  operator     TEXT,
  -- Of a person who has signed in, once people can.
  operator_id  TEXT,
  session_id   TEXT,
  act          TEXT NOT NULL,
  -- The id of what it was about.
  subject      TEXT,
  -- JSON and not JSONB: kept as the very text that was hashed.
  before       JSON,
  after        JSON,
  reason       TEXT,
  outcome      TEXT NOT NULL,
  problem_code TEXT,
  hash         BYTEA NOT NULL,

  CONSTRAINT audit_log_pkey PRIMARY KEY (number),
  CONSTRAINT audit_log_has_actor CHECK (num_nonnulls(key_id, operator, operator_id) > 0),
  CONSTRAINT audit_log_act CHECK (act IN (
    'tenant.create', 'tenant.limit', 'tenant.revoke', 'key.create', 'key.limit', 'key.revoke', 'order.cancel',
    'order.clear_review', 'provider.confirm_account', 'personal_data.erase', 'webhook_endpoint.create',
    'webhook_endpoint.update', 'webhook_endpoint.delete', 'webhook_endpoint.rotate_secret', 'webhook_endpoint.test',
    'webhook_endpoint.replay', 'webhook_delivery.replay', 'callback_secret.rotate')),
  CONSTRAINT audit_log_outcome CHECK (outcome IN ('applied', 'begun', 'refused')),
  CONSTRAINT audit_log_refused_for CHECK ((outcome = 'refused') = (problem_code IS NOT NULL))
);
CREATE UNIQUE INDEX audit_log_id_key ON audit_log (id);
CREATE INDEX audit_log_subject_number_idx ON audit_log (subject, number);
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- Records an act in the transaction that carries it out, and is the only way in: the application may not insert. One
-- transaction at a time, until it commits, so that numbers have no gap and each row follows the one before. Number, time
-- and hash are never the caller's. `cli audit verify` computes the hash anew (src/domain/audit/chain.ts), from what the
-- table says and not by this function; no setting of a session (TimeZone, DateStyle, bytea_output) has a part in it.
CREATE FUNCTION record_act(p_act jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r audit_log := jsonb_populate_record(NULL::audit_log, p_act);
  last audit_log;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit_log', 2));
  SELECT * INTO last FROM audit_log a ORDER BY a.number DESC LIMIT 1;
  r.number := COALESCE(last.number, 0) + 1;
  r.at := date_trunc('milliseconds', clock_timestamp());
  -- What a caller may choose freely can name a person. Of the subject only an id is kept; of the id of a request what
  -- names nobody, and of any other its hash, by which it is found all the same.
  r.subject := substring(r.subject FROM '^(?:[a-z]{3}_[0-9a-z]{26}|[0-9a-f]{12}|[0-9a-f]{16})$');
  IF r.request_id !~ '^[0-9a-fA-F-]{1,64}$' THEN
    r.request_id := 'sha256:' || encode(sha256(convert_to(r.request_id, 'UTF8')), 'hex');
  END IF;
  r.hash := sha256(convert_to(jsonb_strip_nulls(jsonb_build_object(
    'previous', encode(last.hash, 'hex'), 'number', r.number::text, 'id', r.id,
    'at', to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'key_id', r.key_id, 'request_id', r.request_id, 'operator', r.operator, 'operator_id', r.operator_id,
    'session_id', r.session_id, 'act', r.act, 'subject', r.subject, 'before', r.before::text, 'after', r.after::text,
    'reason', r.reason, 'outcome', r.outcome, 'problem_code', r.problem_code))::text, 'UTF8'));
  INSERT INTO audit_log SELECT r.*;
  RETURN r.number;
END $$;
REVOKE EXECUTE ON FUNCTION record_act(jsonb) FROM PUBLIC;
