-- Decisions of people on orders: what was proposed, on what evidence, what the gateway found, and what became of it. A
-- decision and what it makes of its order are one commit (src/persistence/resolutions).

CREATE TABLE resolutions (
  id               TEXT NOT NULL,
  order_id         TEXT NOT NULL,
  decision         TEXT NOT NULL,
  state            TEXT NOT NULL,
  -- How many people it takes.
  steps            SMALLINT NOT NULL,
  -- Of the order, when it was proposed.
  order_version    INTEGER NOT NULL,
  evidence         JSONB NOT NULL,
  reason           TEXT NOT NULL,
  findings         JSONB NOT NULL,
  -- Of `accept_difference`: in what the provider may differ from the order from now on.
  accepted         JSONB,
  -- Null: of a machine.
  proposed_by      TEXT,
  proposed_key_id  TEXT NOT NULL,
  -- As it was sent with the proposal, and SHA-256 of that request: a repeat makes no second one.
  idempotency_key  TEXT NOT NULL,
  fingerprint      BYTEA NOT NULL,
  proposed_at      TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  -- Until then a second person can decide on it.
  expires_at       TIMESTAMPTZ(3),
  decided_by       TEXT,
  decided_at       TIMESTAMPTZ(3),
  decided_note     TEXT,
  decided_findings JSONB,
  -- Why it is overtaken.
  refusal          TEXT,

  CONSTRAINT resolutions_pkey PRIMARY KEY (id),
  CONSTRAINT resolutions_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT resolutions_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT resolutions_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT resolutions_decision CHECK (decision IN (
    'adopt_purchase', 'adopt_payment', 'end_not_bought', 'close_unpaid_page', 'end_undone', 'accept_difference',
    'compensation_done', 'acknowledge')),
  CONSTRAINT resolutions_state CHECK (state IN ('proposed', 'applied', 'rejected', 'withdrawn', 'expired', 'overtaken')),
  CONSTRAINT resolutions_steps CHECK (steps IN (1, 2)),
  -- Four eyes, whatever the application does: what takes two people is decided by another one than proposed it.
  CONSTRAINT resolutions_second_person CHECK (
    state NOT IN ('applied', 'rejected') OR steps = 1
    OR decided_by IS NOT NULL AND decided_by IS DISTINCT FROM proposed_by)
);
CREATE INDEX resolutions_order_id_proposed_at_idx ON resolutions (order_id, proposed_at);
CREATE INDEX resolutions_state_id_idx ON resolutions (state, id);
CREATE UNIQUE INDEX resolutions_proposed_key_id_idempotency_key_key ON resolutions (proposed_key_id, idempotency_key);
-- One proposal at a time.
CREATE UNIQUE INDEX resolutions_open ON resolutions (order_id) WHERE state = 'proposed';
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON resolutions FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- What was proposed stays as it was, but for what an erasure takes out of its texts; what was decided is decided once.
CREATE FUNCTION resolution_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
    OR (NEW.id, NEW.order_id, NEW.decision, NEW.steps, NEW.order_version, NEW.proposed_by, NEW.proposed_key_id,
        NEW.idempotency_key, NEW.fingerprint, NEW.proposed_at, NEW.expires_at, NEW.accepted)
       IS DISTINCT FROM
       (OLD.id, OLD.order_id, OLD.decision, OLD.steps, OLD.order_version, OLD.proposed_by, OLD.proposed_key_id,
        OLD.idempotency_key, OLD.fingerprint, OLD.proposed_at, OLD.expires_at, OLD.accepted)
    OR OLD.state <> 'proposed' AND (NEW.state, NEW.decided_by, NEW.decided_at, NEW.refusal)
       IS DISTINCT FROM (OLD.state, OLD.decided_by, OLD.decided_at, OLD.refusal) THEN
    RAISE EXCEPTION 'resolution % is kept as it was decided', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER resolution_is_kept BEFORE UPDATE OR DELETE ON resolutions FOR EACH ROW EXECUTE FUNCTION resolution_is_kept();

-- As before, with the texts of decisions.
CREATE OR REPLACE FUNCTION erase_casework(p_order_id text, p_names text[]) RETURNS void LANGUAGE sql AS $$
  UPDATE order_notes n SET text = 'erased' WHERE n.order_id = p_order_id AND n.text <> 'erased' AND names_any(n.text, p_names);
  UPDATE resolutions r SET
    reason = CASE WHEN names_any(r.reason, p_names) THEN 'erased' ELSE r.reason END,
    decided_note = CASE WHEN names_any(r.decided_note, p_names) THEN 'erased' ELSE r.decided_note END,
    evidence = CASE WHEN names_any(r.evidence::text, p_names) THEN '{}' ELSE r.evidence END
  WHERE r.order_id = p_order_id
$$;

ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_act CHECK (act IN (
  'tenant.create', 'tenant.limit', 'tenant.revoke', 'key.create', 'key.limit', 'key.revoke', 'order.cancel',
  'order.clear_review', 'provider.confirm_account', 'personal_data.erase', 'webhook_endpoint.create',
  'webhook_endpoint.update', 'webhook_endpoint.delete', 'webhook_endpoint.rotate_secret', 'webhook_endpoint.test',
  'webhook_endpoint.replay', 'webhook_delivery.replay', 'callback_secret.rotate',
  'operator.create', 'operator.change_role', 'operator.replace_key', 'operator.disable', 'session.open', 'session.end',
  'order.note', 'order.claim', 'order.release', 'order.refresh', 'resolution.propose',
  'resolution.apply', 'resolution.approve', 'resolution.reject', 'resolution.withdraw'));
