-- What operators work with beside the orders: notes, and who has taken an order in hand. And the indexes of what they read.

CREATE TABLE order_notes (
  id              TEXT NOT NULL,
  order_id        TEXT NOT NULL,
  -- Null: of a machine.
  operator_id     TEXT,
  key_id          TEXT NOT NULL,
  -- As it was sent with the note: a repeat makes no second one.
  idempotency_key TEXT NOT NULL,
  at              TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  text            TEXT NOT NULL,

  CONSTRAINT order_notes_pkey PRIMARY KEY (id),
  CONSTRAINT order_notes_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT order_notes_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX order_notes_order_id_at_idx ON order_notes (order_id, at);
CREATE UNIQUE INDEX order_notes_key_id_idempotency_key_key ON order_notes (key_id, idempotency_key);

-- A note that names a person whose data is erased becomes `erased`. Nothing else of it ever changes.
CREATE FUNCTION note_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.text = 'erased'
    AND (NEW.id, NEW.order_id, NEW.operator_id, NEW.key_id, NEW.idempotency_key, NEW.at)
        IS NOT DISTINCT FROM (OLD.id, OLD.order_id, OLD.operator_id, OLD.key_id, OLD.idempotency_key, OLD.at) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'order_notes is append-only' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER order_notes_are_kept BEFORE UPDATE OR DELETE ON order_notes FOR EACH ROW EXECUTE FUNCTION note_is_kept();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON order_notes FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- Who has taken an order in hand. No row: nobody. What was before is in the audit.
CREATE TABLE order_owners (
  order_id    TEXT NOT NULL,
  operator_id TEXT NOT NULL,
  since       TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT order_owners_pkey PRIMARY KEY (order_id),
  CONSTRAINT order_owners_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT order_owners_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON order_owners FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- Orders under review, the oldest of each reason first; purchases that were named; the audit by who and what.
CREATE INDEX orders_under_review_by_age ON orders (review_reason, review_since, id) WHERE review_reason IS NOT NULL;
CREATE INDEX purchase_claims_provider_order_id_idx ON purchase_claims (provider_order_id);
CREATE INDEX audit_log_operator_id_number_idx ON audit_log (operator_id, number);
CREATE INDEX audit_log_act_number_idx ON audit_log (act, number);
CREATE INDEX audit_log_at_idx ON audit_log (at);

-- For `erase_orders`: what operators wrote about an order, where it names the person.
CREATE FUNCTION erase_casework(p_order_id text, p_names text[]) RETURNS void LANGUAGE sql AS $$
  UPDATE order_notes n SET text = 'erased' WHERE n.order_id = p_order_id AND n.text <> 'erased' AND names_any(n.text, p_names)
$$;
REVOKE EXECUTE ON FUNCTION erase_casework(text, text[]) FROM PUBLIC;

-- As before, with what operators wrote.
CREATE OR REPLACE FUNCTION erase_orders(
  p_erasure text, p_order_ids text[], p_event_ids text[], p_names text[], p_chosen_by text, p_operator text, p_reason text,
  p_process text, p_duplicate_window_ms float8
) RETURNS TABLE (order_id text, outcome text, status text, tenant_id text, provider text, provider_order_id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  done_at CONSTANT timestamptz := date_trunc('milliseconds', now());
  o orders;
  wanted record;
  names text[];
  changed int;
  state jsonb;
  erased text[] := '{}';
  requests int := 0;
  callbacks int := 0;
  claims int := 0;
  responses int := 0;
  keys int := 0;
  events int := 0;
BEGIN
  FOR wanted IN SELECT u.id, u.event_id FROM unnest(p_order_ids, p_event_ids) AS u(id, event_id) ORDER BY u.id LOOP
    SELECT * INTO o FROM orders x WHERE x.id = wanted.id FOR NO KEY UPDATE;
    outcome := CASE
      WHEN NOT FOUND THEN 'not_found'
      WHEN o.personal_data_erased_at IS NOT NULL THEN 'erased_before'
      WHEN o.status NOT IN ('completed', 'cancelled', 'failed', 'expired') THEN 'open'
      WHEN o.review_reason IS NOT NULL THEN 'in_review'
      WHEN EXISTS (SELECT FROM idempotency_records r
                   WHERE r.order_id = o.id AND r.response_status IS NULL AND r.locked_until > now()) THEN 'being_answered'
      -- Its latest event would be told after the one to come: this transaction is the older one.
      WHEN EXISTS (SELECT FROM order_events e WHERE e.order_id = o.id AND e.tx > feed_tx()) THEN 'being_answered'
      ELSE 'erased' END;
    order_id := wanted.id;
    status := o.status;
    tenant_id := o.tenant_id;
    provider := o.provider;
    provider_order_id := o.provider_order_id;
    RETURN NEXT;
    CONTINUE WHEN outcome <> 'erased';

    erased := erased || o.id;
    names := array_remove(p_names || o.beneficiary_name || o.beneficiary_email, NULL);
    IF p_chosen_by <> 'age' AND names_any(p_reason, names) THEN
      RAISE EXCEPTION 'the reason names the person, and it is kept'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'erasures_name_nobody';
    END IF;
    UPDATE orders x SET
      beneficiary_name = 'erased', beneficiary_email = NULL, retirement_message = NULL, description = NULL,
      metadata = '{}', success_url = NULL, cancel_url = NULL, webhook_url = NULL,
      reference = CASE WHEN names_any(o.reference, names) THEN NULL ELSE o.reference END,
      labels = (SELECT COALESCE(jsonb_object_agg(CASE WHEN names_any(l.key, names) THEN 'erased' ELSE l.key END,
                                                 CASE WHEN names_any(l.value, names) THEN 'erased' ELSE l.value END), '{}')
                FROM jsonb_each_text(o.labels) l),
      sameness = CASE WHEN o.created_at > now() - p_duplicate_window_ms * interval '1 millisecond' THEN o.sameness END,
      personal_data_erased_at = done_at, updated_at = done_at, version = o.version + 1
    WHERE x.id = o.id
    RETURNING order_state(x) INTO state;
    PERFORM forget_callback_address(o.id, o.tenant_id, o.webhook_url, names);
    PERFORM erase_casework(o.id, names);
    INSERT INTO order_events (
      id, order_id, tenant_id, sequence, type, from_status, to_status, source, evidence, cause, occurred_at, state)
      VALUES (wanted.event_id, o.id, o.tenant_id, o.version + 1, 'order.personal_data_erased', o.status, o.status,
              'operator', jsonb_build_object('erasure', p_erasure),
              jsonb_build_object('operator', p_operator, 'process', p_process), done_at, state);
    UPDATE order_events e SET evidence = erased_evidence(e.evidence, names), cause = erased_cause(e.cause, names)
      WHERE e.order_id = o.id
        AND (e.evidence <> erased_evidence(e.evidence, names) OR e.cause <> erased_cause(e.cause, names));
    GET DIAGNOSTICS changed = ROW_COUNT;
    events := events + changed;
    UPDATE attempts a SET body = '' WHERE a.order_id = o.id AND a.body <> '';
    GET DIAGNOSTICS changed = ROW_COUNT;
    requests := requests + changed;
    DELETE FROM callbacks c WHERE c.order_id = o.id;
    GET DIAGNOSTICS changed = ROW_COUNT;
    callbacks := callbacks + changed;
    DELETE FROM purchase_claims c WHERE c.order_id = o.id AND c.verdict IN ('refused', 'unknown');
    GET DIAGNOSTICS changed = ROW_COUNT;
    claims := claims + changed;
    UPDATE idempotency_records r SET response_body = NULL, pruned_at = done_at
      WHERE r.order_id = o.id AND r.response_body IS NOT NULL;
    GET DIAGNOSTICS changed = ROW_COUNT;
    responses := responses + changed;
    -- A request that was taken for dead stores nothing any more.
    UPDATE idempotency_records r SET lock_owner = NULL WHERE r.order_id = o.id AND r.response_status IS NULL;
    UPDATE idempotency_records r SET key = erased_key(r.key) WHERE r.order_id = o.id AND names_any(r.key, names);
    GET DIAGNOSTICS changed = ROW_COUNT;
    keys := keys + changed;
  END LOOP;
  IF cardinality(erased) > 0 THEN
    INSERT INTO erasures (id, erased_at, operator, reason, chosen_by, order_ids, counts)
      VALUES (p_erasure, done_at, p_operator, p_reason, p_chosen_by, erased, jsonb_build_object(
        'orders', cardinality(erased), 'requests', requests, 'callbacks', callbacks, 'claims', claims,
        'responses', responses, 'keys', keys, 'events', events));
  END IF;
END $$;

ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_act CHECK (act IN (
  'tenant.create', 'tenant.limit', 'tenant.revoke', 'key.create', 'key.limit', 'key.revoke', 'order.cancel',
  'order.clear_review', 'provider.confirm_account', 'personal_data.erase', 'webhook_endpoint.create',
  'webhook_endpoint.update', 'webhook_endpoint.delete', 'webhook_endpoint.rotate_secret', 'webhook_endpoint.test',
  'webhook_endpoint.replay', 'webhook_delivery.replay', 'callback_secret.rotate',
  'operator.create', 'operator.change_role', 'operator.replace_key', 'operator.disable', 'session.open', 'session.end',
  'order.note', 'order.claim', 'order.release', 'order.refresh'));
