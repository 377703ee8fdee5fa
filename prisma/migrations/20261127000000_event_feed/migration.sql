-- The feed: what happened, told once and in order. The event is written by the statement that makes the change, so there is
-- nothing to hand over and nothing to lose; what it lacked is a position that a reader can go on from.

-- Positions --------------------------------------------------------------------------------------------------------------

-- A number given to each event as it is written is no such position: the transaction with the lower number may commit later,
-- when the reader has gone past it. So an event says which transaction wrote it, and readers look only at those that are
-- older than every transaction that still writes: no event can come to be before one of these.
--
-- Transaction ids start anew where the data is moved to another server (a restored dump, logical replication). What is added
-- to them makes the positions go on from there: `continue_feed` of the next migration, at every start.
CREATE TABLE feed_origin (
  id    INT NOT NULL DEFAULT 1,
  added BIGINT NOT NULL DEFAULT 0,

  CONSTRAINT feed_origin_pkey PRIMARY KEY (id),
  CONSTRAINT feed_origin_is_one CHECK (id = 1)
);
INSERT INTO feed_origin DEFAULT VALUES;
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON feed_origin FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- The position of what this transaction writes. plpgsql, because it keeps its plan and an SQL function here would not.
CREATE FUNCTION feed_tx() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT f.added FROM feed_origin f) + pg_current_xact_id()::text::bigint;
END $$;

-- Every transaction of this database before this one has ended, as the calling statement's snapshot has it. Those of other
-- databases on the server are left out: they write no events, and a long one would hold up the feed. Who is connected to
-- those is asked first. A transaction that the snapshot has under way and that still holds its lock after that belongs to a
-- session that was there all the while, so its process id cannot be another's by now.
CREATE FUNCTION feed_horizon() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  seen CONSTANT pg_snapshot := pg_current_snapshot();
  horizon xid8 := pg_snapshot_xmin(seen);
  elsewhere int[];
BEGIN
  IF horizon < pg_snapshot_xmax(seen) THEN
    PERFORM pg_stat_clear_snapshot();
    elsewhere := ARRAY(SELECT a.pid FROM pg_stat_activity a WHERE a.datname <> current_database());
    SELECT COALESCE(min(x.xid), pg_snapshot_xmax(seen)) INTO horizon FROM pg_snapshot_xip(seen) AS x(xid)
      WHERE NOT EXISTS (
        SELECT FROM pg_locks l
        WHERE l.locktype = 'transactionid' AND l.transactionid = x.xid::xid AND l.mode = 'ExclusiveLock' AND l.granted
          AND l.pid = ANY (elsewhere));
  END IF;
  RETURN (SELECT f.added FROM feed_origin f) + horizon::text::bigint;
END $$;

-- The order as an event left it -------------------------------------------------------------------------------------------

-- What an event keeps of its order: the columns that change, as text or JSON, without those that are empty. Beneficiary,
-- reference and the other terms stay as they are and are not repeated: what is erased of an order is gone from its events.
CREATE FUNCTION order_state(o orders) RETURNS jsonb LANGUAGE sql STABLE
  RETURN jsonb_strip_nulls(jsonb_build_object(
    'status', o.status, 'status_reason', o.status_reason, 'status_detail', o.status_detail,
    'provider_order_id', o.provider_order_id, 'provider_status', o.provider_status, 'offering_name', o.offering_name,
    'price_amount', o.price_amount::text, 'price_currency', o.price_currency, 'price_source', o.price_source,
    'price_tax_amount', o.price_tax_amount::text, 'retirements', NULLIF(o.retirements, '[]'), 'certificate', o.certificate,
    'review_reason', o.review_reason, 'review_since', o.review_since, 'placed_at', o.placed_at,
    'retired_at', o.retired_at, 'completed_at', o.completed_at, 'updated_at', o.updated_at,
    'personal_data_erased_at', o.personal_data_erased_at, 'version', o.version));

ALTER TABLE order_events
  ADD COLUMN tenant_id TEXT,
  -- Those that are there already happened before all that come.
  ADD COLUMN tx BIGINT NOT NULL DEFAULT 0,
  -- Null for events of before there was one: they are told with the order as it is.
  ADD COLUMN state JSONB;
ALTER TABLE order_events ALTER COLUMN tx DROP DEFAULT;
ALTER TABLE order_events DISABLE TRIGGER order_events_append_only;
UPDATE order_events e SET tenant_id = o.tenant_id FROM orders o WHERE o.id = e.order_id;
ALTER TABLE order_events ENABLE TRIGGER order_events_append_only;
ALTER TABLE order_events ALTER COLUMN tenant_id SET NOT NULL;


-- Tenant and state are the order's where who writes the event leaves them out, as people do by hand after their UPDATE.
CREATE FUNCTION order_event_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.tx := feed_tx();
  IF NEW.tenant_id IS NULL THEN
    SELECT o.tenant_id, CASE WHEN o.version >= NEW.sequence THEN order_state(o) END INTO NEW.tenant_id, NEW.state
      FROM orders o WHERE o.id = NEW.order_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_event_is_told BEFORE INSERT ON order_events FOR EACH ROW EXECUTE FUNCTION order_event_is_told();

-- In the order of the feed. Within a transaction the events of an order come in theirs.
CREATE INDEX order_events_feed ON order_events (tx, order_id, sequence);
CREATE INDEX order_events_feed_of_tenant ON order_events (tenant_id, tx, order_id, sequence);

-- How far a process has read that works off the feed.
CREATE TABLE feed_readers (
  name     TEXT NOT NULL,
  tx       BIGINT NOT NULL DEFAULT 0,
  subject  TEXT NOT NULL DEFAULT '',
  sequence INT NOT NULL DEFAULT 0,

  CONSTRAINT feed_readers_pkey PRIMARY KEY (name)
);
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON feed_readers FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- The two writers of events that are functions ----------------------------------------------------------------------------

-- As before, with the tenant and the state of the order in the event.
CREATE OR REPLACE FUNCTION accept_order(
  p_order jsonb, p_event_id text, p_cause jsonb,
  p_operation text, p_key text, p_fingerprint bytea, p_owner uuid, p_lock_ms float8,
  p_sameness text, p_duplicate_window_ms float8, p_refuse_if_paused boolean,
  p_tenant_limit_usd numeric, p_key_limit_usd numeric,
  p_lease_token uuid, p_leased_by uuid, p_lease_ms float8,
  p_commit_time text, p_response_status int, p_response_body text
) RETURNS TABLE (
  kind text, order_id text, response_status int, response_body text, committed_at timestamptz, pause_reason text,
  probe_in_ms float8, spent_usd numeric
) LANGUAGE plpgsql AS $$
DECLARE
  o orders := jsonb_populate_record(NULL::orders, p_order);
  state jsonb;
BEGIN
  committed_at := date_trunc('milliseconds', now());
  PERFORM pg_advisory_xact_lock(hashtextextended(jsonb_build_array(o.tenant_id, p_operation, p_key)::text, 1));
  SELECT k.kind, k.order_id, k.response_status, k.response_body
    INTO kind, order_id, response_status, response_body
    FROM known_idempotency_key(o.tenant_id, p_operation, p_key, p_fingerprint, p_owner, p_lock_ms) k;
  IF FOUND THEN
    RETURN NEXT;
    RETURN;
  END IF;

  IF p_refuse_if_paused THEN
    SELECT h.pause_reason, GREATEST(0, EXTRACT(EPOCH FROM h.probe_at - now()) * 1000) INTO pause_reason, probe_in_ms
      FROM provider_health h
      WHERE h.provider = o.provider AND h.operation_class = 'purchases' AND h.pause_reason IS NOT NULL;
    IF FOUND THEN
      kind := 'paused';
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;

  o.sameness := sha256(convert_to(p_sameness, 'UTF8'));
  IF o.sameness IS NOT NULL AND p_duplicate_window_ms > 0 THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(o.sameness, 'hex'), 0));
    SELECT d.id INTO order_id FROM orders d
      WHERE d.sameness = o.sameness AND d.created_at > now() - p_duplicate_window_ms * interval '1 millisecond'
        AND d.status NOT IN ('failed', 'cancelled', 'expired')
      ORDER BY d.created_at DESC LIMIT 1;
    IF FOUND THEN
      kind := 'duplicate';
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;

  IF o.spending_usd IS NOT NULL THEN
    spent_usd := reserve_spending(o.tenant_id, month_of(committed_at), o.spending_usd, p_tenant_limit_usd);
    IF spent_usd IS NOT NULL THEN
      kind := 'tenant_limit';
      RETURN NEXT;
      RETURN;
    END IF;
    spent_usd := reserve_spending(o.api_key_id, month_of(committed_at), o.spending_usd, p_key_limit_usd);
    IF spent_usd IS NOT NULL THEN
      PERFORM correct_spending(o.tenant_id, month_of(committed_at), -o.spending_usd);
      kind := 'key_limit';
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;

  INSERT INTO orders (
    id, tenant_id, status, provider, provider_offering_id, offering_name, provider_account, payment_method,
    requested_grams, ordered_grams, quoted_amount, quoted_currency, max_total_amount, max_total_currency,
    beneficiary_name, beneficiary_email, retirement_message, description, reference, metadata, labels, routing, offer_id,
    success_url, cancel_url, webhook_url, api_key_id, spending_usd, usd_per_unit, sameness, created_at, updated_at, version)
  VALUES (
    o.id, o.tenant_id, 'created', o.provider, o.provider_offering_id, o.offering_name, o.provider_account,
    o.payment_method, o.requested_grams, o.ordered_grams, o.quoted_amount, o.quoted_currency, o.max_total_amount,
    o.max_total_currency, o.beneficiary_name, o.beneficiary_email, o.retirement_message, o.description, o.reference,
    o.metadata, o.labels, o.routing, o.offer_id, o.success_url, o.cancel_url, o.webhook_url, o.api_key_id, o.spending_usd,
    o.usd_per_unit, o.sameness, committed_at, committed_at, 1)
  RETURNING order_state(orders) INTO state;
  INSERT INTO order_events (id, order_id, tenant_id, sequence, type, to_status, source, cause, occurred_at, state)
    VALUES (p_event_id, o.id, o.tenant_id, 1, 'order.created', 'created', 'request', p_cause, committed_at, state);
  INSERT INTO tasks (subject_id, kind, run_at, lease_token, leased_by, leased_until, runs)
    VALUES (
      o.id, 'purchase', now() + COALESCE(p_lease_ms, 0) * interval '1 millisecond', p_lease_token, p_leased_by,
      now() + p_lease_ms * interval '1 millisecond', CASE WHEN p_lease_token IS NULL THEN 0 ELSE 1 END);
  response_status := p_response_status;
  response_body := replace(p_response_body, p_commit_time, to_char(committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
  INSERT INTO idempotency_records (
    tenant_id, operation, key, fingerprint, order_id, locked_until, lock_owner, response_status, response_body)
  VALUES (
    o.tenant_id, p_operation, p_key, p_fingerprint, o.id, now() + p_lock_ms * interval '1 millisecond', p_owner,
    response_status, response_body);
  kind := 'accepted';
  order_id := o.id;
  RETURN NEXT;
END $$;

-- As before, with the tenant and the state of the order in the event.
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
