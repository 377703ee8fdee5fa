-- How long records are kept, and how personal data is erased. Records are pruned and data is erased by the functions
-- below and in no other way: each changes only what its own rule lets it, whoever calls it, and its own rights are all
-- that is needed.

ALTER TABLE orders ADD COLUMN personal_data_erased_at TIMESTAMPTZ(3);
-- Keys are kept for ever: a repeat under a forgotten one would buy again. Only the response goes, and this says when.
ALTER TABLE idempotency_records ADD COLUMN pruned_at TIMESTAMPTZ(3);
-- Looked at by pruning, and kept because an order came from it.
ALTER TABLE quotes ADD COLUMN is_ordered BOOLEAN NOT NULL DEFAULT false;

-- Who had what erased, when and why. Not the data.
CREATE TABLE erasures (
  id        TEXT NOT NULL,
  erased_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  operator  TEXT NOT NULL,
  reason    TEXT NOT NULL,
  -- By what the orders were chosen.
  chosen_by TEXT NOT NULL,
  order_ids TEXT[],
  -- How many rows of each kind were changed.
  counts    JSONB NOT NULL,

  CONSTRAINT erasures_pkey PRIMARY KEY (id),
  CONSTRAINT erasures_chosen_by CHECK (chosen_by IN ('order', 'email', 'age')),
  CONSTRAINT erasures_have_orders CHECK (order_ids IS NOT NULL AND cardinality(order_ids) > 0)
);
CREATE TRIGGER erasures_append_only BEFORE UPDATE OR DELETE ON erasures
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON erasures FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- What pruning looks for, oldest first. Each holds only rows that it may still have to prune.
CREATE INDEX orders_with_personal_data ON orders (created_at) WHERE personal_data_erased_at IS NULL;
CREATE INDEX orders_offer_id ON orders (offer_id) WHERE offer_id IS NOT NULL;
CREATE INDEX quotes_not_ordered ON quotes (expires_at) WHERE NOT is_ordered;
CREATE INDEX attempts_with_body ON attempts (started_at) WHERE body <> '';
CREATE INDEX idempotency_records_unpruned ON idempotency_records (created_at) WHERE pruned_at IS NULL;
CREATE INDEX callbacks_received_at_idx ON callbacks (received_at);
CREATE INDEX purchase_claims_not_ours ON purchase_claims (claimed_at) WHERE verdict IN ('refused', 'unknown');

-- Guards ---------------------------------------------------------------------------------------------------------------

-- Nothing personal comes back to an order whose data was erased, and none is erased that may still have to be sent.
ALTER TABLE orders ADD CONSTRAINT orders_erased_are_empty CHECK (
  personal_data_erased_at IS NULL
  OR ((status = 'completed' OR status = 'cancelled' OR status = 'failed' OR status = 'expired')
      AND beneficiary_name = 'erased' AND beneficiary_email IS NULL AND retirement_message IS NULL
      AND description IS NULL AND metadata = '{}'
      AND success_url IS NULL AND cancel_url IS NULL AND webhook_url IS NULL)) NOT VALID;

CREATE FUNCTION erasure_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the personal data of order % is erased', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER erasure_is_final BEFORE UPDATE OF personal_data_erased_at ON orders
  FOR EACH ROW WHEN (OLD.personal_data_erased_at IS NOT NULL
    AND NEW.personal_data_erased_at IS DISTINCT FROM OLD.personal_data_erased_at) EXECUTE FUNCTION erasure_is_final();

-- What was sent, received and answered about an order is there until the order has ended: a repeat sends the same bytes.
CREATE FUNCTION outlasts_its_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM orders o
             WHERE o.id = OLD.order_id AND o.status NOT IN ('completed', 'cancelled', 'failed', 'expired')) THEN
    RAISE EXCEPTION 'order % has not ended: its % are kept', OLD.order_id, TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;

CREATE FUNCTION what_was_sent_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of order % may be emptied, not rewritten or deleted', TG_TABLE_NAME, OLD.order_id
    USING ERRCODE = 'check_violation';
END $$;

DROP TRIGGER not_deleted ON attempts;
CREATE TRIGGER attempts_are_kept BEFORE DELETE ON attempts FOR EACH ROW EXECUTE FUNCTION what_was_sent_is_kept();
CREATE TRIGGER attempts_are_not_rewritten BEFORE UPDATE OF body ON attempts
  FOR EACH ROW WHEN (NEW.body <> '' AND NEW.body IS DISTINCT FROM OLD.body) EXECUTE FUNCTION what_was_sent_is_kept();
CREATE TRIGGER attempts_outlast_their_order BEFORE UPDATE OF body ON attempts
  FOR EACH ROW WHEN (NEW.body IS DISTINCT FROM OLD.body) EXECUTE FUNCTION outlasts_its_order();
CREATE TRIGGER callbacks_outlast_their_order BEFORE DELETE OR UPDATE OF body ON callbacks
  FOR EACH ROW EXECUTE FUNCTION outlasts_its_order();
CREATE TRIGGER purchase_claims_outlast_their_order BEFORE DELETE ON purchase_claims
  FOR EACH ROW EXECUTE FUNCTION outlasts_its_order();

-- What a key is known by when its own text had to go.
CREATE FUNCTION erased_key(p_key text) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN 'erased-' || encode(sha256(convert_to(p_key, 'UTF8')), 'hex');

CREATE FUNCTION idempotency_key_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.key IN (OLD.key, erased_key(OLD.key)) AND NEW.fingerprint = OLD.fingerprint THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an idempotency key is kept with its order: a repeat under it would buy again'
    USING ERRCODE = 'check_violation';
END $$;
DROP TRIGGER not_deleted ON idempotency_records;
CREATE TRIGGER idempotency_keys_are_kept BEFORE DELETE OR UPDATE OF key, fingerprint ON idempotency_records
  FOR EACH ROW EXECUTE FUNCTION idempotency_key_is_kept();

CREATE FUNCTION response_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the response under an idempotency key may be emptied, not rewritten' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER responses_are_kept BEFORE UPDATE OF response_body ON idempotency_records
  FOR EACH ROW WHEN (OLD.response_body IS NOT NULL AND NEW.response_body IS NOT NULL
    AND NEW.response_body <> OLD.response_body) EXECUTE FUNCTION response_is_kept();
CREATE TRIGGER responses_outlast_their_order BEFORE UPDATE OF response_body ON idempotency_records
  FOR EACH ROW WHEN (OLD.response_body IS NOT NULL AND NEW.response_body IS NULL) EXECUTE FUNCTION outlasts_its_order();

-- Whether a text holds one of these as it stands, in capitals or not. Of one or two characters only the whole text counts.
CREATE FUNCTION names_any(p_text text, p_names text[]) RETURNS boolean LANGUAGE sql IMMUTABLE
  RETURN EXISTS (
    SELECT FROM unnest(p_names) AS n(name)
    WHERE n.name <> '' AND CASE WHEN length(n.name) < 3 THEN lower(p_text) = lower(n.name)
                                ELSE strpos(lower(p_text), lower(n.name)) > 0 END);

-- What an event keeps after an erasure: its free texts without those that hold one of the names; null for without any.
CREATE FUNCTION erased_evidence(p_evidence jsonb, p_names text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE
  RETURN p_evidence
    || COALESCE((SELECT jsonb_object_agg(e.key, 'erased') FROM jsonb_each_text(p_evidence) e
                 WHERE e.key IN ('note', 'why', 'detail') AND (p_names IS NULL OR names_any(e.value, p_names))), '{}')
    || CASE WHEN jsonb_typeof(p_evidence -> 'disagreements') = 'array' THEN jsonb_build_object('disagreements',
         (SELECT COALESCE(jsonb_agg(CASE WHEN d.value ->> 'field' = 'beneficiary'
                                         THEN d.value || '{"ours": "erased", "theirs": "erased"}' ELSE d.value END
                                    ORDER BY d.ordinality), '[]')
          FROM jsonb_array_elements(p_evidence -> 'disagreements') WITH ORDINALITY d)) ELSE '{}' END;

-- The same for who caused an event: the id of a request is its caller's choice.
CREATE FUNCTION erased_cause(p_cause jsonb, p_names text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN p_cause ? 'request_id' AND (p_names IS NULL OR names_any(p_cause ->> 'request_id', p_names))
              THEN p_cause || '{"request_id": "erased"}' ELSE p_cause END;

-- History is appended to. One thing may be done to it: in that of an order whose data was erased, free texts become `erased`.
CREATE FUNCTION order_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  erased CONSTANT jsonb := CASE WHEN TG_OP = 'UPDATE' THEN erased_evidence(OLD.evidence, NULL) END;
BEGIN
  IF TG_OP = 'UPDATE'
     AND to_jsonb(NEW) - '{evidence,cause}'::text[] = to_jsonb(OLD) - '{evidence,cause}'::text[]
     AND NEW.cause IN (OLD.cause, erased_cause(OLD.cause, NULL))
     AND ARRAY(SELECT jsonb_object_keys(NEW.evidence)) = ARRAY(SELECT jsonb_object_keys(OLD.evidence))
     AND NOT EXISTS (SELECT FROM jsonb_each(NEW.evidence) e WHERE e.value NOT IN (OLD.evidence -> e.key, erased -> e.key))
     AND EXISTS (SELECT FROM orders o WHERE o.id = OLD.order_id AND o.personal_data_erased_at IS NOT NULL) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
DROP TRIGGER order_events_append_only ON order_events;
CREATE TRIGGER order_events_append_only BEFORE UPDATE OR DELETE ON order_events
  FOR EACH ROW EXECUTE FUNCTION order_history_is_append_only();

ALTER TABLE order_events DROP CONSTRAINT order_events_type;
ALTER TABLE order_events ADD CONSTRAINT order_events_type CHECK (type IN (
  'order.created', 'order.quoted', 'order.submitting', 'order.not_sent', 'order.in_doubt', 'order.awaiting_payment',
  'order.placed', 'order.accepted', 'order.retired', 'order.completed', 'order.cancelled', 'order.failed',
  'order.expired', 'order.updated', 'order.not_found', 'order.proven_absent', 'order.lookup_failed',
  'order.cancel_requested', 'order.review_flagged', 'order.review_cleared', 'order.personal_data_erased')) NOT VALID;

-- Idempotency keys -------------------------------------------------------------------------------------------------------

-- As before, but: a key is also known by what is left of it after an erasure, and a response that is not kept any more is
-- told as `pruned`.
CREATE OR REPLACE FUNCTION known_idempotency_key(
  p_tenant_id text, p_operation text, p_key text, p_fingerprint bytea, p_owner uuid, p_lock_ms float8
) RETURNS TABLE (kind text, order_id text, response_status int, response_body text) LANGUAGE plpgsql AS $$
DECLARE
  r idempotency_records;
BEGIN
  SELECT * INTO r FROM idempotency_records i
    WHERE i.tenant_id = p_tenant_id AND i.operation = p_operation AND i.key IN (p_key, erased_key(p_key));
  IF NOT FOUND THEN
    RETURN;
  END IF;
  order_id := r.order_id;
  IF r.fingerprint <> p_fingerprint THEN
    kind := 'reused';
  ELSIF r.response_status IS NOT NULL THEN
    kind := CASE WHEN r.response_body IS NULL THEN 'pruned' ELSE 'responded' END;
    response_status := r.response_status;
    response_body := r.response_body;
  ELSE
    UPDATE idempotency_records i SET locked_until = now() + p_lock_ms * interval '1 millisecond', lock_owner = p_owner
      WHERE i.tenant_id = p_tenant_id AND i.operation = p_operation AND i.key = r.key
        AND i.locked_until <= now() AND i.response_status IS NULL;
    kind := CASE WHEN FOUND THEN 'abandoned' ELSE 'in_progress' END;
  END IF;
  RETURN NEXT;
END $$;

CREATE OR REPLACE FUNCTION take_idempotency_key(
  p_tenant_id text, p_operation text, p_key text, p_fingerprint bytea, p_owner uuid, p_lock_ms float8, p_order_id text
) RETURNS TABLE (kind text, order_id text, response_status int, response_body text) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO idempotency_records (tenant_id, operation, key, fingerprint, order_id, locked_until, lock_owner)
    SELECT p_tenant_id, p_operation, p_key, p_fingerprint, p_order_id, now() + p_lock_ms * interval '1 millisecond', p_owner
    WHERE NOT EXISTS (SELECT FROM idempotency_records i
                      WHERE i.tenant_id = p_tenant_id AND i.operation = p_operation AND i.key = erased_key(p_key))
    ON CONFLICT DO NOTHING;
  IF FOUND THEN
    kind := 'taken';
    order_id := p_order_id;
    RETURN NEXT;
  ELSE
    RETURN QUERY SELECT * FROM known_idempotency_key(p_tenant_id, p_operation, p_key, p_fingerprint, p_owner, p_lock_ms);
  END IF;
END $$;

-- Pruning ----------------------------------------------------------------------------------------------------------------
--
-- Each function prunes at most `p_limit` rows in one short transaction and returns how many it was done with; 0: there is
-- nothing left. What another process holds is passed over. Orders are locked first, as everywhere.

-- Whether an order has ended, nobody is to look at it, and nothing has changed for so many days. Never fewer than 30:
-- for so long the API promises the first response to every repeat.
CREATE FUNCTION has_rested(o orders, p_days int) RETURNS boolean LANGUAGE sql STABLE
  RETURN o.status IN ('completed', 'cancelled', 'failed', 'expired') AND o.review_reason IS NULL
     AND o.updated_at < now() - GREATEST(p_days, 30) * interval '1 day';

-- Quotes that expired so many days ago, and their offers, unless an order came from one.
CREATE FUNCTION prune_quotes(p_days int, p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  due text[];
BEGIN
  SELECT array_agg(q.id) INTO due FROM (
    SELECT q.id FROM quotes q
    WHERE NOT q.is_ordered AND q.expires_at < now() - GREATEST(p_days, 1) * interval '1 day'
    ORDER BY q.expires_at LIMIT p_limit FOR UPDATE SKIP LOCKED) q;
  UPDATE quotes q SET is_ordered = true
    WHERE q.id = ANY (due) AND EXISTS (SELECT FROM offers f JOIN orders o ON o.offer_id = f.id WHERE f.quote_id = q.id);
  DELETE FROM quotes q WHERE q.id = ANY (due) AND NOT q.is_ordered;
  RETURN COALESCE(cardinality(due), 0);
END $$;

-- The requests that were sent for orders that have rested so many days.
CREATE FUNCTION prune_requests(p_days int, p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  done int;
BEGIN
  WITH due AS MATERIALIZED (
    SELECT a.id FROM attempts a JOIN orders o ON o.id = a.order_id
    WHERE a.body <> '' AND a.started_at < now() - GREATEST(p_days, 30) * interval '1 day' AND has_rested(o, p_days)
    ORDER BY a.started_at LIMIT p_limit FOR NO KEY UPDATE OF o, a SKIP LOCKED)
  UPDATE attempts a SET body = '' FROM due WHERE a.id = due.id;
  GET DIAGNOSTICS done = ROW_COUNT;
  RETURN done;
END $$;

CREATE FUNCTION prune_callbacks(p_days int, p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  done int;
BEGIN
  WITH due AS MATERIALIZED (
    SELECT c.id FROM callbacks c JOIN orders o ON o.id = c.order_id
    WHERE c.received_at < now() - GREATEST(p_days, 30) * interval '1 day' AND has_rested(o, p_days)
    ORDER BY c.received_at LIMIT p_limit FOR NO KEY UPDATE OF o, c SKIP LOCKED)
  DELETE FROM callbacks c USING due WHERE c.id = due.id;
  GET DIAGNOSTICS done = ROW_COUNT;
  RETURN done;
END $$;

-- What strangers named and was not the order's. Those that are undecided, confirmed or disputed stay.
CREATE FUNCTION prune_claims(p_days int, p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  done int;
BEGIN
  WITH due AS MATERIALIZED (
    SELECT c.order_id, c.provider_order_id FROM purchase_claims c JOIN orders o ON o.id = c.order_id
    WHERE c.verdict IN ('refused', 'unknown') AND c.claimed_at < now() - GREATEST(p_days, 30) * interval '1 day'
      AND has_rested(o, p_days)
    ORDER BY c.claimed_at LIMIT p_limit FOR NO KEY UPDATE OF o, c SKIP LOCKED)
  DELETE FROM purchase_claims c USING due WHERE c.order_id = due.order_id AND c.provider_order_id = due.provider_order_id;
  GET DIAGNOSTICS done = ROW_COUNT;
  RETURN done;
END $$;

-- Responses under idempotency keys. The keys stay, with what they are bound to.
CREATE FUNCTION prune_responses(p_days int, p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  done int;
BEGIN
  WITH due AS MATERIALIZED (
    SELECT r.tenant_id, r.operation, r.key FROM idempotency_records r JOIN orders o ON o.id = r.order_id
    WHERE r.pruned_at IS NULL AND r.response_body IS NOT NULL
      AND r.created_at < now() - GREATEST(p_days, 30) * interval '1 day' AND has_rested(o, p_days)
    ORDER BY r.created_at LIMIT p_limit FOR NO KEY UPDATE OF o, r SKIP LOCKED)
  UPDATE idempotency_records r SET response_body = NULL, pruned_at = now()
    FROM due WHERE r.tenant_id = due.tenant_id AND r.operation = due.operation AND r.key = due.key;
  GET DIAGNOSTICS done = ROW_COUNT;
  RETURN done;
END $$;

-- Erasing ----------------------------------------------------------------------------------------------------------------

-- Erases the personal data of these orders, in every table, and says what became of each: `erased`; or untouched because
-- it is `open` (it may still have to be sent), `in_review` (a person needs it to decide), `being_answered` (a response
-- that holds it is about to be stored), `erased_before`, or `not_found`. What is erased is in
-- src/domain/privacy/personal-data.ts.
--
-- Kept are what was retired and paid, every id, the history, and the hashes that keep a repeat from buying again. The
-- hash by which an order that says the same is recognised stays only within the time in which it is looked for.
--
-- `p_names`: what else is to be found in texts, beside each order's own beneficiary. `p_event_ids`: one per order.
CREATE FUNCTION erase_orders(
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
    WHERE x.id = o.id;
    INSERT INTO order_events (id, order_id, sequence, type, from_status, to_status, source, evidence, cause, occurred_at)
      VALUES (wanted.event_id, o.id, o.version + 1, 'order.personal_data_erased', o.status, o.status, 'operator',
              jsonb_build_object('erasure', p_erasure), jsonb_build_object('operator', p_operator, 'process', p_process), done_at);
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

-- Their callers get what their owner may do. Whoever else may call them is told here and nowhere else.
REVOKE EXECUTE ON FUNCTION prune_quotes(int, int), prune_requests(int, int), prune_callbacks(int, int),
  prune_claims(int, int), prune_responses(int, int),
  erase_orders(text, text[], text[], text[], text, text, text, text, float8) FROM PUBLIC;
